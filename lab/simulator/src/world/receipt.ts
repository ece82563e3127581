// What a receipt says of a command's transactions, read as an outsider reads it.

export function readReceipt(bytes: Uint8Array): { readonly results: readonly string[] } {
  const receipt = JSON.parse(new TextDecoder().decode(bytes)) as {
    readonly actions?: readonly { readonly error?: { readonly name: string } }[];
  };
  return { results: (receipt.actions ?? []).map(({ error }) => error?.name ?? "ok") };
}
