// The yardstick: a bare node:http server that reads the body and answers 300 bytes of JSON.
import { createServer } from "node:http"

const answer = JSON.stringify({ MessageId: "m".repeat(284) })
const headers = { "content-type": "application/x-amz-json-1.0", "content-length": answer.length }

createServer((request, response) => {
  const chunks = []
  request.on("data", (chunk) => chunks.push(chunk))
  request.on("end", () => {
    response.writeHead(200, headers)
    response.end(answer)
  })
}).listen(Number(process.argv[2]), "127.0.0.1")
