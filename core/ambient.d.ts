// The only globals beyond ECMAScript that core/ may use. Everything else of the host
// (clock, timers, sockets, files, randomness) is a compile error there.

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
