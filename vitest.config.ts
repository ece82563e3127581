import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{core,shell,edge}/*/{src,test}/**/*.test.ts",
      "lab/*/{src,test}/**/*.test.ts",
      "tools/**/*.test.ts",
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
