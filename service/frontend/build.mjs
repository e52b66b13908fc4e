/** Bundles the scripts and writes the notice of what is in the bundle.
 *
 * node build.mjs OUTPUT
 */

import { build } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const output = process.argv[2];
if (!output) throw new Error("Say where to write: node build.mjs OUTPUT");

/** Codes that are in use and not in ISO 3166: by the name that Natural Earth gives the country. */
const USER_ASSIGNED = { Kosovo: "XKX" };
const ANTARCTICA = "ATA";

/** The shapes of the countries with ISO 3166-1 alpha-3 codes in place of the numeric ones. */
const world = {
  name: "world",
  setup(bundler) {
    bundler.onResolve({ filter: /^critmat:world$/ }, ({ path: name }) => ({ path: name, namespace: "world" }));
    bundler.onLoad({ filter: /.*/, namespace: "world" }, async () => {
      const topology = require("world-atlas/countries-110m.json");
      const codes = require("i18n-iso-countries/codes.json");
      const alpha3 = new Map(codes.map(([, three, numeric]) => [numeric, three]));
      const geometries = topology.objects.countries.geometries
        .map(({ id, ...geometry }) => ({ ...geometry, id: alpha3.get(id) ?? USER_ASSIGNED[geometry.properties.name] ?? "" }))
        .filter(({ id }) => id !== ANTARCTICA);
      const countries = { type: "GeometryCollection", geometries };
      return { contents: JSON.stringify({ ...topology, objects: { countries } }), loader: "json" };
    });
  },
};

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/questions.ts"],
  outdir: path.resolve(output),
  bundle: true,
  // The same output wherever the packages lie.
  preserveSymlinks: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox114", "safari16.4"],
  chunkNames: "[name]-[hash]",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* The licences of the libraries in here: THIRD-PARTY.txt beside this file. */" },
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  logLevel: "warning",
  plugins: [world],
});

// The shapes and codes come through the plugin, which the list of inputs does not show.
const packages = new Set(["world-atlas", "i18n-iso-countries"]);
for (const { inputs } of Object.values(result.metafile.outputs)) {
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(input)?.[1];
    if (name && bytesInOutput > 0) packages.add(name);
  }
}

const parts = [
  "The scripts in this folder were bundled from critmat's own sources and from the packages below.",
  "The shapes of the countries were made with Natural Earth, which is in the public domain.",
];
for (const name of [...packages].sort()) {
  const folder = path.join(here, "node_modules", name);
  const { version, license, homepage = "" } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const files = await legalFiles(folder);
  if (files.length === 0) throw new Error(`${name} brings no licence.`);
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  parts.push("=".repeat(78), `${name} ${version} (${license}) ${homepage}`.trim(), ...texts.map((text) => text.trim()));
}

/** The licence of a package, its notice, and the licences of what it took from others. */
async function legalFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const legal = entries.filter((entry) => /^(licen[cs]es?|notice|copying)/iu.test(entry.name));
  const found = await Promise.all(
    legal.map(async (entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? (await readdir(file)).map((name) => path.join(file, name)) : [file];
    }),
  );
  return found.flat().sort();
}

await writeFile(path.join(output, "THIRD-PARTY.txt"), `${parts.join("\n\n")}\n`);
