import { promisify } from "node:util"
import { brotliCompress, brotliDecompressSync, constants } from "node:zlib"
import type { RawModel } from "../../src/models/botocore.ts"
import { compactModel } from "../../src/models/compact.ts"
import { createModels, type ModelFiles } from "../../src/models/load.ts"
import { indexRow } from "../../src/models/service-index.ts"

const compress = promisify(brotliCompress)

/** The content of a model's data file, before compression. */
export function modelText(id: string, raw: RawModel): string {
  return JSON.stringify(compactModel(id, raw))
}

/** The same text gives the same bytes, with the same release of Node. */
export function pack(text: string): Promise<Buffer> {
  const bytes = Buffer.from(text)
  return compress(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}

export function unpack(bytes: Uint8Array): string {
  return brotliDecompressSync(bytes).toString()
}

/** `index.json`, of the corrected models: a row for each service, a line for each row. */
export function indexText(files: ModelFiles, ids: readonly string[]): string {
  const models = createModels(files)
  const rows = ids.map((id) => JSON.stringify(indexRow(models.loadModel(id))))
  return `[\n${rows.join(",\n")}\n]\n`
}
