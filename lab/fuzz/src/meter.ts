// What one input costs whoever reads it. Memory is what the heap and the buffers outside it have grown by:
// a collection in between hides some of it, but never makes it more. Time is that of the thread's own
// work, so a busy machine changes nothing; a reader that never ends is not seen here, but by the campaign
// that does not end.

import { getHeapStatistics } from "node:v8";

export type Meter = {
  /** In use now, outside the heap and in it. */
  bytes(): number;
  /** What this thread has worked so far. */
  cpuMs(): number;
};

const MICROS_PER_MS = 1000;

export const hostMeter: Meter = {
  bytes: () => {
    const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
    return heap + external;
  },
  cpuMs: () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / MICROS_PER_MS;
  },
};

const MIB = 1024 * 1024;
/** What a decoder may take however short its input is: some rounds of the campaign's own garbage. */
const BYTES_FIXED = 16 * MIB;
/** Copies, texts of two bytes a character, parsed values. */
const BYTES_PER_INPUT_BYTE = 256;
/** Inputs are some kilobytes: what is honest takes milliseconds. */
const CPU_MS_MAX = 10_000;

/** Runs `read`; why it cost too much for an input of this length, or undefined if it did not. */
export function costComplaint(meter: Meter, inputBytes: number, read: () => void): string | undefined {
  const [bytes, cpuMs] = [meter.bytes(), meter.cpuMs()];
  read();
  const grownBytes = meter.bytes() - bytes;
  const workedMs = meter.cpuMs() - cpuMs;
  const bytesMax = BYTES_FIXED + BYTES_PER_INPUT_BYTE * inputBytes;
  if (grownBytes > bytesMax) return `${inputBytes} bytes of input took ${grownBytes} bytes of memory`;
  if (workedMs > CPU_MS_MAX) return `${inputBytes} bytes of input took ${Math.round(workedMs)} ms of work`;
  return undefined;
}
