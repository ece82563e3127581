/** Names the file that holds the passphrase of encrypted key files. The option stands for it, so that nodes that are started have it too. */
export const PASSPHRASE_FILE = "JUNO_PASSPHRASE_FILE";
