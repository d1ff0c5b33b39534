import { createPrivateKey } from "node:crypto"
import { generateKeys } from "../../../engines/x509/key-pair.ts"
import { writeName } from "../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../engines/x509/object-ids.ts"
import { pem } from "../../../engines/x509/pem.ts"
import { signRequest } from "../../../engines/x509/request.ts"
import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import { azId, isUp } from "../../../kernel/places.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { backUp } from "../backup/backup.ts"
import {
  clusterOf,
  clusterOrArn,
  clusterResource,
  clusters,
  findCluster,
  newId,
  type Cluster,
} from "../cluster/cluster.ts"
import { asks, op, type In, type Out } from "../define.ts"
import { badRequest, limitExceeded, noHsm, wrongState } from "../errors.ts"
import { HSMS_OF_A_CLUSTER, QUOTAS } from "../limits.ts"
import { activeHsms, hsmEntry, hsms, hsmsOf, type Hsm } from "./hsm.ts"

type HsmRef = Pick<Hsm, "account" | "region" | "clusterId" | "id">

export const CreateHsm = op.write("CreateHsm", {
  authorize: asks.on<Cluster, { readonly ClusterId: string }>(clusterResource, clusterOrArn),
  run(tx, input, call): Out<"CreateHsm"> {
    const cluster = findCluster(tx, input.ClusterId, call)
    assertReady(tx, cluster)
    assertRoom(tx, cluster)
    const hsm = newHsm(tx, cluster, input)
    // "… backs up the cluster … when you add an HSM".
    if (activeHsms(tx, cluster).length > 0) backUp(tx, cluster)
    tx.insert(hsms, hsm)
    const { account, region, clusterId, id } = hsm
    tx.schedule(finishHsm, { account, region, clusterId, id }, tx.now)
    return { Hsm: hsmEntry(tx, hsm) }
  },
})

/** Before a cluster is initialized it has one HSM ("Initialize the cluster"). */
function assertReady(tx: ReadTx, cluster: Cluster): void {
  const { id, state } = cluster
  const first = state === "UNINITIALIZED" && hsmsOf(tx, cluster).length === 0
  if (!first && state !== "ACTIVE" && state !== "INITIALIZED") throw wrongState(id, state)
}

function assertRoom(tx: ReadTx, { account, region, id }: Cluster): void {
  const most = quota(tx, QUOTAS.hsms, { account, region })
  const own = tx.count(hsms, { prefix: [account, region, id], limit: HSMS_OF_A_CLUSTER })
  if (own >= HSMS_OF_A_CLUSTER)
    throw limitExceeded(`A cluster has at most ${HSMS_OF_A_CLUSTER} HSMs.`)
  if (tx.count(hsms, { prefix: [account, region], limit: most + 1 }) >= most)
    throw limitExceeded(`You have reached the limit of ${most} HSMs.`)
}

function newHsm(tx: WriteTx, cluster: Cluster, input: In<"CreateHsm">): Hsm {
  const { account, region, id: clusterId, hsmType: type } = cluster
  const { AvailabilityZone: zone, IpAddress } = input
  const az = azId(account, region, zone)
  const subnetId = cluster.subnets[zone]
  if (az === undefined || subnetId === undefined)
    throw badRequest(`The cluster has no subnet in ${zone}.`)
  if (!isUp({ region, az }, tx.faults)) throw badRequest(`${zone} has no capacity at this time.`)
  const taken = hsmsOf(tx, cluster).map(({ ip }) => ip)
  if (IpAddress !== undefined && taken.includes(IpAddress))
    throw badRequest(`${IpAddress} is in use.`)
  const random = tx.random("cloudhsmv2/hsm")
  const subnet = Object.keys(cluster.subnets).indexOf(zone)
  return {
    ...{ account, region, clusterId, id: newId("hsm", random), state: "CREATE_IN_PROGRESS" },
    ...{ type, az, zone, subnetId, eniId: `eni-${random.hex(17)}` },
    ip: IpAddress ?? freeAddress(subnet, taken),
  }
}

/** An address of a subnet of which we know no more than its place in the cluster. */
function freeAddress(subnet: number, taken: readonly string[]): string {
  for (let host = 4; ; host += 1) {
    const address = `10.0.${subnet}.${host}`
    if (!taken.includes(address)) return address
  }
}

/** The first of a cluster makes its key, and a request to certify it; RSA takes its time. */
export const finishHsm = job<HsmRef>("cloudhsmv2/finishHsm", {
  async perform(ctx: ActionContext, { account, region, clusterId, id }) {
    const ref = { account, region, id: clusterId }
    const isFirst = await ctx.read((tx) => {
      const cluster = clusterOf(tx, ref)
      return cluster?.state === "UNINITIALIZED" && cluster.csr === undefined
    })
    const csr = isFirst ? await newRequest(clusterId) : undefined
    await ctx.write((tx) => {
      const hsm = tx.get(hsms, [account, region, clusterId, id])
      const cluster = clusterOf(tx, ref)
      if (!cluster || hsm?.state !== "CREATE_IN_PROGRESS") return
      tx.replace(hsms, hsm, { ...hsm, state: "ACTIVE" })
      if (csr !== undefined) tx.replace(clusters, cluster, { ...cluster, csr })
    })
  },
})

/** Nothing here ever uses the private key: no client of a cluster's own protocol can connect. */
async function newRequest(clusterId: string): Promise<string> {
  const { privateKey, publicKey } = await generateKeys("RSA_2048")
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" })
  const subject = writeName([
    { type: ATTRIBUTE.country, value: "US" },
    { type: ATTRIBUTE.state, value: "CA" },
    { type: ATTRIBUTE.locality, value: "San Jose" },
    { type: ATTRIBUTE.organization, value: "Marvell" },
    { type: ATTRIBUTE.organizationalUnit, value: "N3FIPS" },
    { type: ATTRIBUTE.commonName, value: `HSM:${clusterId}:PARTN:1, for FIPS mode` },
  ])
  const der = signRequest(
    { subject, publicKey, extensions: [] },
    { key, algorithm: "SHA256WITHRSA" },
  )
  return pem("CERTIFICATE REQUEST", der)
}

export const DeleteHsm = op.write("DeleteHsm", {
  authorize: asks.anything,
  run(tx, input, call): Out<"DeleteHsm"> {
    const cluster = findCluster(tx, input.ClusterId, call)
    const hsm = namedHsm(tx, input, call)
    if (hsm.state !== "ACTIVE") throw wrongState(hsm.id, hsm.state)
    // "CloudHSM backs up the cluster before it deletes the last HSM".
    if (activeHsms(tx, cluster).every(({ id }) => id === hsm.id)) backUp(tx, cluster)
    tx.replace(hsms, hsm, { ...hsm, state: "DELETE_IN_PROGRESS" })
    const { account, region, clusterId, id } = hsm
    tx.schedule(deleteHsm, { account, region, clusterId, id }, tx.now)
    return { HsmId: id }
  },
})

/** By its id, or the address or id of its interface. */
function namedHsm(tx: ReadTx, input: In<"DeleteHsm">, call: Call): Hsm {
  const { HsmId, EniId, EniIp } = input
  const names = [HsmId, EniId, EniIp].filter((one) => one !== undefined)
  if (names.length !== 1) throw badRequest("Specify exactly one of HsmId, EniId and EniIp.")
  const found = hsmsOf(tx, findCluster(tx, input.ClusterId, call)).find(
    ({ id, eniId, ip }) => id === HsmId || eniId === EniId || ip === EniIp,
  )
  if (!found) throw noHsm(names[0] ?? "")
  return found
}

export const deleteHsm = job<HsmRef>("cloudhsmv2/deleteHsm", {
  run(tx, { account, region, clusterId, id }) {
    const hsm = tx.get(hsms, [account, region, clusterId, id])
    if (hsm?.state === "DELETE_IN_PROGRESS") tx.remove(hsms, hsm)
  },
})
