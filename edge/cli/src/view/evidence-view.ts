// Who is proved to have lied, in plain words: the same sentence wherever it is told. Whether it is proved
// was judged elsewhere.

import type { EvidenceClaimJson } from "@juno/api";

type Claim = Pick<EvidenceClaimJson, "kind" | "accused"> & {
  readonly term?: number | undefined;
  readonly index?: number | undefined;
};

export function evidenceSentence({ kind, accused, term, index }: Claim): string {
  const voter = `voter ${accused}`;
  switch (kind) {
    case "equivocation":
      return `${voter} signed two different logs as the leader of term ${term}`;
    case "double-vote":
      return `${voter} signed two different votes in term ${term}`;
    case "stale-vote":
      return `${voter} voted in term ${term} for less than it had certified before`;
    case "false-attestation":
      return `${voter} signed two different outcomes of entry ${index}`;
  }
}
