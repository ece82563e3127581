// What to do with a certificate that arrived: adopt it, or fetch its entries first.

import type { NodeId } from "@juno/base";
import type { Certificate } from "@juno/proof";
import { adopt } from "./adopt.ts";
import { want } from "./fetch.ts";
import type { Turn } from "./turn.ts";

export function consider(turn: Turn, certificate: Certificate | undefined, shownBy: NodeId): void {
  if (certificate === undefined) return;
  if (adopt(turn, certificate) !== "missing") return;
  const { index, hash } = certificate.position;
  want(turn, { point: { index, hash }, certificate, shownBy });
}
