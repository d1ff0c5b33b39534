/** What no client of DAX says: the connection ends. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError"
}
