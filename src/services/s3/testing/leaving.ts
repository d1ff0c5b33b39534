import { NodeHttpHandler } from "@smithy/node-http-handler"
import { Agent } from "node:http"
import { connect, type Socket } from "node:net"

export interface Leaving {
  readonly requestHandler: NodeHttpHandler
  /** Resets all connections: who only ended them might still wait for an answer. */
  leave(): void
}

/** An SDK's way to this machine, whatever the host's name, that breaks off when told so. */
export function openLeaving(): Leaving {
  const sockets: Socket[] = []
  const httpAgent = new Agent()
  httpAgent.createConnection = ({ port }) => {
    const socket = connect(Number(port), "127.0.0.1")
    sockets.push(socket)
    return socket
  }
  return {
    requestHandler: new NodeHttpHandler({ httpAgent }),
    leave: () => sockets.forEach((socket) => socket.resetAndDestroy()),
  }
}
