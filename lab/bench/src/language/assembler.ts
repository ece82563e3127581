// Mnemonics to the bytes of an Ethereum program: a line is `PUSH 0x20`, `PUSH @label`, `label:` or an opcode's name.
// Labels are pushed with two bytes.

const OPCODES: Readonly<Record<string, number>> = {
  STOP: 0x00,
  ADD: 0x01,
  SUB: 0x03,
  LT: 0x10,
  GT: 0x11,
  EQ: 0x14,
  ISZERO: 0x15,
  SHR: 0x1c,
  KECCAK256: 0x20,
  CALLER: 0x33,
  CALLDATALOAD: 0x35,
  CALLDATASIZE: 0x36,
  POP: 0x50,
  MLOAD: 0x51,
  MSTORE: 0x52,
  SLOAD: 0x54,
  SSTORE: 0x55,
  JUMP: 0x56,
  JUMPI: 0x57,
  JUMPDEST: 0x5b,
  LOG3: 0xa3,
  RETURN: 0xf3,
  REVERT: 0xfd,
};
const PUSH1 = 0x60;
const PUSH2 = 0x61;
const DUP1 = 0x80;
const SWAP1 = 0x90;

type Part = { readonly bytes: number[] } | { readonly label: string } | { readonly target: string };

function pushOf(operand: string): Part {
  if (operand.startsWith("@")) return { target: operand.slice(1) };
  const digits = BigInt(operand).toString(16);
  const bytes = [...Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex")];
  return { bytes: [PUSH1 + bytes.length - 1, ...bytes] };
}

function partOf(line: string): Part {
  if (line.endsWith(":")) return { label: line.slice(0, -1) };
  const [name = "", operand] = line.split(" ");
  if (name === "PUSH") return pushOf(operand!);
  const numbered = /^(DUP|SWAP)(\d+)$/.exec(name);
  if (numbered !== null) return { bytes: [(numbered[1] === "DUP" ? DUP1 : SWAP1) + Number(numbered[2]) - 1] };
  const opcode = OPCODES[name];
  if (opcode === undefined) throw new Error(`there is no opcode ${name}`);
  return { bytes: [opcode] };
}

/** Two slashes begin a comment, commas separate what stands on one line. */
export function assemble(text: string): Uint8Array {
  const lines = text.split("\n").flatMap((line) => line.replace(/\/\/.*/, "").split(","));
  const parts = lines
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(partOf);
  const places = new Map<string, number>();
  let size = 0;
  for (const part of parts) {
    if ("label" in part) places.set(part.label, size);
    size += "bytes" in part ? part.bytes.length : "label" in part ? 1 : 3;
  }
  const bytes = parts.flatMap((part) => {
    if ("bytes" in part) return part.bytes;
    if ("label" in part) return [OPCODES.JUMPDEST!];
    const place = places.get(part.target);
    if (place === undefined) throw new Error(`there is no label ${part.target}`);
    return [PUSH2, place >> 8, place & 0xff];
  });
  return new Uint8Array(bytes);
}
