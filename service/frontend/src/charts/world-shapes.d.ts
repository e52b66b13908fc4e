/** Made by `build.mjs` from world-atlas and the codes of i18n-iso-countries. */
declare module "critmat:world" {
  import type { GeometryCollection, Topology } from "topojson-specification";

  const topology: Topology<{ countries: GeometryCollection<{ name: string }> }>;
  export default topology;
}
