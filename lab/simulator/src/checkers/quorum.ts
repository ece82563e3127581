// The sizes of protocol section 1, once more and apart from the code that is judged by them.

export const faultsIn = (voters: number): number => Math.floor((voters - 1) / 3);

export const quorumIn = (voters: number): number => Math.floor((voters + faultsIn(voters)) / 2) + 1;
