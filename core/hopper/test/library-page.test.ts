import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { libraryReference } from "../src/builtins/reference.ts";

// `npx vitest run core/hopper/test/library-page.test.ts -u` writes it anew.
it("docs/library.md is what the library says of itself", async () => {
  const page = fileURLToPath(new URL("../../../docs/library.md", import.meta.url));
  await expect(libraryReference()).toMatchFileSnapshot(page);
});
