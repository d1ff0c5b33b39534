import { expect, test } from "vitest"
import { gatherDeclarations } from "./declarations.ts"

const gather = (files: Readonly<Record<string, string>>): string =>
  gatherDeclarations("index.d.ts", (path) => {
    const text = files[path]
    if (text === undefined) throw new Error(`there is no ${path}`)
    return text
  })

test("what the entry exports and what that names is in one file, and nothing else", () => {
  const text = gather({
    "index.d.ts": `import "./kernel/needed.ts";
import { type Place, type Unused } from "./kernel/place.ts";
export type { Info } from "./kernel/info.ts";
/** Where. */
export interface Options {
    /** A Secret is no part of it. */
    readonly place?: Place | undefined;
}
interface Inner {
    readonly options: Options;
}
export declare function open(options?: Options): Promise<Inner>;
declare const hidden: Unused;
export {};
`,
    "kernel/place.d.ts": `import type { Region } from "./deeper/region.ts";
/** A place. */
export type Place = {
    readonly region: Region;
}
/** An AZ. */
 | {
    readonly kind: "Secret";
};
export interface Secret {
    readonly key: Buffer;
}
`,
    "kernel/deeper/region.d.ts": `export type Region = string;
`,
    "kernel/info.d.ts": `import type { Secret } from "./nowhere.ts";
export interface Info {
    readonly name: string;
}
export declare function infoOf(secret: Secret): Info;
`,
  })
  expect(text).toBe(`/** Where. */
export interface Options {
    /** A Secret is no part of it. */
    readonly place?: Place | undefined;
}
/** A place. */
type Place = {
    readonly region: Region;
}
/** An AZ. */
 | {
    readonly kind: "Secret";
};
type Region = string;
export declare function open(options?: Options): Promise<Inner>;
interface Inner {
    readonly options: Options;
}
export interface Info {
    readonly name: string;
}
export {};
`)
})

test("a name goes through files that only pass it on", () => {
  const text = gather({
    "index.d.ts": `export { type Command } from "./service/port.ts";\n`,
    "service/port.d.ts": `export { run, type Command } from "./client.ts";\n`,
    "service/client.d.ts": `export interface Command {\n    readonly as: string;\n}\n`,
  })
  expect(text).toBe("export interface Command {\n    readonly as: string;\n}\nexport {};\n")
})

test("two types of one name, a type under another name and what is not understood are errors", () => {
  const one = `export interface One {\n    readonly two: Two;\n}\n`
  const index = `export type { One } from "./one.ts";\nexport type { Two } from "./two.ts";\n`
  const two = `export interface Two {\n}\n`
  expect(() =>
    gather({ "index.d.ts": index, "one.d.ts": `${one}interface Two {\n}\n`, "two.d.ts": two }),
  ).toThrow("one.d.ts and two.d.ts both declare Two, which users see")
  expect(() =>
    gather({
      "index.d.ts": `export type { One } from "./one.ts";\n`,
      "one.d.ts": `import type { Second as Two } from "./two.ts";\n${one}`,
    }),
  ).toThrow("one.d.ts calls Second of two.d.ts Two")
  expect(() => gather({ "index.d.ts": `export * from "./one.ts";\n` })).toThrow(
    'what does this declare? export * from "./one.ts";',
  )
})
