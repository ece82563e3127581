export const huntMutants = async (_rule: string | undefined): Promise<number> => 2;
