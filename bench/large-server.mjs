/**
 * The least that a server of large objects does: streams a body to a file and back, with the hashes
 * and the cipher of an encrypted object. `node bench/large-server.mjs <port> <folder>`
 */
import { createCipheriv, createDecipheriv, createHash } from "node:crypto"
import { createReadStream, createWriteStream, statSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { pipeline, Transform } from "node:stream"
import { crc32 } from "node:zlib"

const [port, folder] = process.argv.slice(2)
const KEY = Buffer.alloc(32, 1)
const IV = Buffer.alloc(16)
const file = join(folder, "object")
const READ_BYTES = 256 * 1024

function receive(request, response) {
  const md5 = createHash("md5")
  let crc = 0
  const hashes = new Transform({
    transform(piece, _, done) {
      md5.update(piece)
      crc = crc32(piece, crc)
      done(undefined, piece)
    },
  })
  const cipher = createCipheriv("aes-256-ctr", KEY, IV)
  pipeline(request, hashes, cipher, createWriteStream(file), (error) => {
    response.writeHead(error ? 500 : 200, { etag: `"${md5.digest("hex")}"`, "x-crc": String(crc) })
    response.end()
  })
}

function send(response) {
  response.writeHead(200, { "content-length": statSync(file).size })
  const decipher = createDecipheriv("aes-256-ctr", KEY, IV)
  const bytes = createReadStream(file, { highWaterMark: READ_BYTES })
  pipeline(bytes, decipher, response, () => {})
}

createServer((request, response) => {
  if (request.method === "PUT") receive(request, response)
  else if (request.url === "/") response.end()
  else send(response)
}).listen(Number(port), "127.0.0.1")
