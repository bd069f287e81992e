// Bundles every file in entries/ and writes what crates/assets embeds:
//   node build.mjs <out> [--fast]
// The out folder gets content-hashed files, each text also as .br and .gz, and manifest.tsv
// (logical name, file, mime, has packed copies). No file outside <out> is written.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";

const here = import.meta.dirname;
const out = path.resolve(process.argv[2] ?? path.join(here, "dist"));
const fast = process.argv.includes("--fast");
const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

const MIME = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const names = new Map(); // file in out -> logical name

await bundle();
await sprite();
await pictures();
await licences();
await pack();

async function bundle() {
  const dir = path.join(here, "entries");
  const entries = (await readdir(dir)).filter((f) => /\.(js|css)$/.test(f)).sort();
  const result = await build({
    absWorkingDir: here,
    entryPoints: entries.map((f) => path.join("entries", f)),
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022"],
    // CSS is left as written: Tabler itself needs a browser that knows light-dark() and oklch().
    supported: { nesting: true },
    entryNames: "[name].[hash]",
    assetNames: "[name].[hash]",
    loader: { ".woff2": "file" },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  for (const [file, meta] of Object.entries(result.metafile.outputs)) {
    const hashed = path.basename(file);
    const source = meta.entryPoint ?? Object.keys(meta.inputs)[0];
    names.set(hashed, path.basename(source));
  }
}

// One <symbol> for each icon named in icons.txt; pages show them with <use href="…#name">.
async function sprite() {
  const listed = (await readFile(path.join(here, "icons.txt"), "utf8"))
    .split(/\s+/)
    .filter(Boolean);
  const symbols = [];
  for (const name of [...new Set(listed)].sort()) {
    const file = path.join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
    const svg = await readFile(file, "utf8").catch(() => {
      throw new Error(`icons.txt names "${name}", which Tabler does not have`);
    });
    const inner = svg
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
      .replace(/>\s+</g, "><")
      .trim();
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`);
  }
  await save("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
  await writeFile(path.join(out, "icons.list"), [...new Set(listed)].sort().join("\n"));
}

// Our own pictures, as they are.
async function pictures() {
  const dir = path.join(here, "static");
  for (const name of await readdir(dir)) {
    await save(name, (await readFile(path.join(dir, name), "utf8")).trim());
  }
}

// The licences ask to travel with the code: they are collected here, not copied into our tree.
async function licences() {
  const lock = JSON.parse(await readFile(path.join(here, "package-lock.json"), "utf8"));
  const parts = [];
  for (const [where, info] of Object.entries(lock.packages)) {
    if (!where || info.optional || where.includes("esbuild")) continue;
    const dir = path.join(here, where);
    const files = await readdir(dir).catch(() => []);
    const file = files.find((f) => /^licen[cs]e/i.test(f));
    const text = file ? await readFile(path.join(dir, file), "utf8") : `Licence: ${info.license}`;
    parts.push(`${where.replace(/^node_modules\//, "")} ${info.version}\n\n${text.trim()}\n`);
  }
  await save("licences.txt", parts.join(`\n${"-".repeat(72)}\n\n`));
}

async function save(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const ext = path.extname(name);
  const file = `${path.basename(name, ext)}.${hash}${ext}`;
  await writeFile(path.join(out, file), text);
  names.set(file, name);
}

async function pack() {
  const rows = await Promise.all(
    [...names].map(async ([file, name]) => {
      const bytes = await readFile(path.join(out, file));
      const ext = path.extname(file);
      const packed = ext !== ".woff2";
      if (packed) {
        const params = {
          [zlib.constants.BROTLI_PARAM_QUALITY]: fast ? 4 : 11,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        };
        await writeFile(path.join(out, `${file}.br`), await brotli(bytes, { params }));
        await writeFile(path.join(out, `${file}.gz`), await gzip(bytes, { level: fast ? 6 : 9 }));
      }
      return [name, file, MIME[ext] ?? "application/octet-stream", packed ? "1" : "0"].join("\t");
    }),
  );
  await writeFile(path.join(out, "manifest.tsv"), rows.sort().join("\n") + "\n");
}
