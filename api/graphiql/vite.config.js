import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const EMBEDDED_FONT = /url\(["']?data:font\/(\w+);base64,([A-Za-z0-9+/=]+)["']?\)/g;

/**
 * Writes the fonts that GraphiQL embeds in its styles into files of their own: a strict
 * Content-Security-Policy knows no data: fonts, and a browser then loads only those that it draws.
 */
function fontsAsFiles() {
  return {
    name: "fonts-as-files",
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (!asset.fileName.endsWith(".css")) continue;
        asset.source = String(asset.source).replace(EMBEDDED_FONT, (_url, format, base64) => {
          const source = Buffer.from(base64, "base64");
          const hash = createHash("sha256").update(source).digest("hex").slice(0, 8);
          const fileName = `assets/font-${hash}.${format}`;
          this.emitFile({ type: "asset", fileName, source });
          return `url(./font-${hash}.${format})`;
        });
      }
    },
  };
}

/** Lays a compressed copy beside each text, which the server sends to whoever takes it. */
function compressedCopies() {
  return {
    name: "compressed-copies",
    async writeBundle({ dir }, bundle) {
      for (const fileName of Object.keys(bundle)) {
        if (!/^assets\/.*\.(css|js|svg)$/.test(fileName)) continue;
        const path = join(dir, fileName);
        await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "/graphiql/",
  plugins: [fontsAsFiles(), compressedCopies()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The editor comes in one large piece by nature; 5,000 kB is well above it.
    chunkSizeWarningLimit: 5000,
    reportCompressedSize: false,
    rolldownOptions: {
      onwarn(warning, warn) {
        // "use client" means nothing to a page that has no server side.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
