import { X509Certificate } from "node:crypto"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { changePassword, clusterFacts as factsOf, logIn } from "../../cloudhsmv2/port.ts"
import type { In } from "../define.ts"
import { invalid } from "../errors.ts"
import {
  badTrustAnchor,
  clusterConfiguration,
  clusterInUse,
  clusterNotActive,
  noSuchCluster,
  otherCluster,
} from "./errors.ts"
import type { ClusterFacts, ConnectionError, KeyStore } from "./key-store.ts"
import { assertActiveHsms, KMS_USER } from "./vault.ts"

interface Place {
  readonly account: string
  readonly region: string
}

interface Wanted extends Place {
  readonly id: string
  readonly input: In<"CreateCustomKeyStore">
  readonly all: readonly KeyStore[]
}

/** The cluster that a store is made on. */
export function clusterOf(tx: WriteTx, wanted: Wanted): ClusterFacts {
  const { id, all, account, region } = wanted
  const { CloudHsmClusterId, TrustAnchorCertificate, KeyStorePassword } = wanted.input
  // Not verified: the words.
  if (!CloudHsmClusterId || !TrustAnchorCertificate || KeyStorePassword === undefined)
    throw invalid(
      "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are required for " +
        "AWS_CLOUDHSM key stores.",
    )
  const place = { account, region }
  const cluster = usableCluster(tx, place, CloudHsmClusterId)
  const taken = all.some(
    (store) => store.cluster?.id === CloudHsmClusterId || isRelated(tx, store, cluster.certificate),
  )
  if (taken) throw clusterInUse(CloudHsmClusterId)
  if (!isSameCertificate(TrustAnchorCertificate, cluster.trustAnchor)) throw badTrustAnchor()
  return {
    id: CloudHsmClusterId,
    trustAnchor: TrustAnchorCertificate,
    password: sealSecret(tx, id, KeyStorePassword),
  }
}

/** "CloudHSM clusters that share a backup history have the same cluster certificate." */
function isRelated(tx: ReadTx, store: KeyStore, certificate: string | undefined): boolean {
  const { account, region, cluster } = store
  const own = cluster && factsOf(tx, { account, region, id: cluster.id })?.certificate
  return own !== undefined && own === certificate
}

/** A cluster that a store can be on: active, in two AZs, with an active HSM in each. */
function usableCluster(tx: ReadTx, place: Place, id: string) {
  const cluster = factsOf(tx, { ...place, id })
  if (!cluster) throw noSuchCluster(id)
  if (!cluster.isActive) throw clusterNotActive(id)
  // Not verified: the words.
  if (cluster.subnets < 2)
    throw clusterConfiguration(`Cluster ${id} must have subnets in two Availability Zones.`)
  assertActiveHsms(id, cluster.zones, 2)
  return cluster
}

interface Move {
  readonly store: KeyStore
  readonly cluster: ClusterFacts
  readonly input: In<"UpdateCustomKeyStore">
}

/** "… a cluster that is related to the original": it has the same certificate. */
export function movedCluster(tx: WriteTx, { store, cluster, input }: Move): ClusterFacts {
  const { CloudHsmClusterId: id = cluster.id, KeyStorePassword: password } = input
  if (id !== cluster.id) {
    const { certificate } = usableCluster(tx, store, id)
    if (!isRelated(tx, store, certificate)) throw otherCluster(id)
  }
  return {
    ...{ ...cluster, id },
    ...(password !== undefined && { password: sealSecret(tx, store.id, password) }),
  }
}

/** Throws before the store begins to connect. */
export function assertConnectable(tx: ReadTx, { account, region }: Place, id: string): void {
  const cluster = factsOf(tx, { account, region, id })
  // One that is gone shows when the connection fails.
  if (!cluster) return
  if (!cluster.isActive) throw clusterNotActive(id)
  if (cluster.zones < 1) throw clusterConfiguration(`Cluster ${id} must have an active HSM.`)
}

/** The connected store, or why it cannot be. */
export function connectCluster(tx: WriteTx, store: KeyStore): KeyStore | ConnectionError {
  const { account, region, cluster } = store
  if (!cluster) throw new Error(`${store.id} has no cluster`)
  const ref = { account, region, id: cluster.id }
  const facts = factsOf(tx, ref)
  if (!facts) return "CLUSTER_NOT_FOUND"
  if (facts.zones < 1) return "INSUFFICIENT_CLOUDHSM_HSMS"
  const password = openSecret(tx, store.id, cluster.password)
  const entry = logIn(tx, { cluster: ref, name: KMS_USER, password })
  if (entry === "no-user") return "USER_NOT_FOUND"
  if (entry === "wrong-password") return "INVALID_CREDENTIALS"
  // "AWS KMS … rotates its password immediately", and knows it alone from then on.
  const next = tx.random("kms/kmsuser-password").hex(32)
  changePassword(tx, { cluster: ref, name: KMS_USER, password: next })
  const sealed = sealSecret(tx, store.id, next)
  return { ...store, connection: "CONNECTED", cluster: { ...cluster, password: sealed } }
}

/** Throws IncorrectTrustAnchorException for what is no certificate. */
function isSameCertificate(text: string, known: string | undefined): boolean {
  try {
    const { raw } = new X509Certificate(text)
    return known !== undefined && raw.equals(new X509Certificate(known).raw)
  } catch {
    return false
  }
}

const sealOf = (storeId: string) => ({ purpose: "kms/key-store", context: storeId })

/** Base64. */
export const sealSecret = (tx: WriteTx, storeId: string, text: string): string =>
  tx.seal(Buffer.from(text), sealOf(storeId)).toString("base64")

export const openSecret = (tx: ReadTx, storeId: string, sealed: string): string =>
  tx.unseal(Buffer.from(sealed, "base64"), sealOf(storeId)).toString()
