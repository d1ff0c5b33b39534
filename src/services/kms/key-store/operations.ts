import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { limitExceeded } from "../errors.ts"
import { accessTo } from "../key/access.ts"
import { keys } from "../key/key.ts"
import { pageOfRows } from "../key/list.ts"
import { QUOTAS } from "../limits.ts"
import { assertConnectable, clusterOf, connectCluster, movedCluster } from "./cluster.ts"
import { storeHasKeys, noSuchStore, storeNameInUse, storeState } from "./errors.ts"
import { keyStores, type ConnectionError, type KeyStore } from "./key-store.ts"
import { assertProxy, changedProxy, proxyAsked, proxyOf } from "./proxy.ts"
import { findKeyStore } from "./use.ts"
import { assertHealthy, proxyOfStore, type Asker, type Proxy } from "./xks/client.ts"
import { connectionError, storeRefusal, XksFailure } from "./xks/failure.ts"

const authorize = (_tx: ReadTx, _input: object, call: Call) => accessTo(call)

export const CreateCustomKeyStore = op.action("CreateCustomKeyStore", {
  authorize,
  begin: (tx, input, call): Out<"CreateCustomKeyStore"> | undefined =>
    input.CustomKeyStoreType === "EXTERNAL_KEY_STORE" ? undefined : create(tx, input, call),
  async run(ctx, input, call): Promise<Out<"CreateCustomKeyStore">> {
    // What is refused without the proxy is refused before it is asked.
    await ctx.read((tx) => assertProxy(input, storesOf(tx, call)))
    await assertAnswers(ctx, proxyAsked(input, call.region), call)
    return ctx.write((tx) => create(tx, input, call))
  },
})

function create(
  tx: WriteTx,
  input: In<"CreateCustomKeyStore">,
  call: Call,
): Out<"CreateCustomKeyStore"> {
  const { account, region } = call
  const { CustomKeyStoreName: name, CustomKeyStoreType: type = "AWS_CLOUDHSM" } = input
  if (storeNamed(tx, name, call)) throw storeNameInUse(name)
  const all = storesOf(tx, call)
  // Not verified: the words.
  if (all.length >= quota(tx, QUOTAS.keyStores, call))
    throw limitExceeded("You have reached the limit of custom key stores.")
  const id = `cks-${tx.random("kms/key-store-id").hex(17)}`
  const wanted = { account, region, id, input, all }
  const inside =
    type === "AWS_CLOUDHSM" ? { cluster: clusterOf(tx, wanted) } : { proxy: proxyOf(tx, wanted) }
  const made = { account, region, id, name, createdMs: tx.now }
  tx.insert(keyStores, { ...made, connection: "DISCONNECTED", ...inside })
  return { CustomKeyStoreId: id }
}

const storesOf = (tx: ReadTx, { account, region }: Call): readonly KeyStore[] =>
  tx.scan(keyStores, { prefix: [account, region], limit: 1_000 }).rows

/** Throws what makers and changers of stores are told. */
async function assertAnswers(ctx: ActionContext, proxy: Proxy, asker: Asker): Promise<void> {
  try {
    await assertHealthy(ctx, proxy, asker)
  } catch (error) {
    throw error instanceof XksFailure ? storeRefusal(error) : error
  }
}

function storeNamed(
  tx: ReadTx,
  name: string,
  { account, region }: Pick<Call, "account" | "region">,
): KeyStore | undefined {
  return tx.first(keyStores, { index: "byName", prefix: [account, region, name] })
}

type StoreRef = Pick<KeyStore, "account" | "region" | "id">

/** The end of connecting, which in AWS takes up to twenty minutes. */
export const connectKeyStore = job<StoreRef & { readonly requestId: string }>(
  "kms/connectKeyStore",
  {
    async perform(ctx, { account, region, id, requestId }) {
      const proxy = await ctx.read((tx) => {
        const store = tx.get(keyStores, [account, region, id])
        return store?.connection === "CONNECTING" && store.proxy && proxyOfStore(tx, store)
      })
      const failure = proxy ? await failureOf(ctx, proxy, requestId) : undefined
      await ctx.write((tx) => {
        const store = tx.get(keyStores, [account, region, id])
        if (store?.connection === "CONNECTING")
          tx.replace(keyStores, store, connected(tx, store, failure))
      })
    },
  },
)

/** The store with the end of its attempt; `failure`: of its proxy. */
function connected(tx: WriteTx, store: KeyStore, failure: ConnectionError | undefined): KeyStore {
  const end = store.cluster ? connectCluster(tx, store) : failure
  if (end === undefined) return { ...store, connection: "CONNECTED" }
  if (typeof end !== "string") return end
  return { ...store, connection: "FAILED", connectionError: end }
}

async function failureOf(
  ctx: ActionContext,
  proxy: Proxy,
  requestId: string,
): Promise<ConnectionError | undefined> {
  try {
    await assertHealthy(ctx, proxy, { operation: "ConnectCustomKeyStore", requestId })
    return undefined
  } catch (error) {
    if (error instanceof XksFailure) return connectionError(error)
    throw error
  }
}

export const ConnectCustomKeyStore = op.write("ConnectCustomKeyStore", {
  authorize,
  run(tx, { CustomKeyStoreId: id }, call): Out<"ConnectCustomKeyStore"> {
    const store = findKeyStore(tx, call, id)
    if (store.connection !== "DISCONNECTED") throw storeState(id, store.connection)
    if (store.cluster) assertConnectable(tx, store, store.cluster.id)
    tx.replace(keyStores, store, { ...store, connection: "CONNECTING" })
    const { account, region } = store
    const { requestId } = call
    tx.schedule(connectKeyStore, { account, region, id, requestId }, tx.now)
    return {}
  },
})

export const DisconnectCustomKeyStore = op.write("DisconnectCustomKeyStore", {
  authorize,
  run(tx, { CustomKeyStoreId: id }, call): Out<"DisconnectCustomKeyStore"> {
    const store = findKeyStore(tx, call, id)
    if (store.connection === "DISCONNECTED") throw storeState(id, store.connection)
    const gone = { connection: "DISCONNECTED", connectionError: undefined } as const
    tx.replace(keyStores, store, { ...store, ...gone })
    return {}
  },
})

export const DeleteCustomKeyStore = op.write("DeleteCustomKeyStore", {
  authorize,
  run(tx, { CustomKeyStoreId: id }, call): Out<"DeleteCustomKeyStore"> {
    const store = findKeyStore(tx, call, id)
    const { account, region } = store
    if (tx.first(keys, { index: "byKeyStore", prefix: [account, region, id] }))
      throw storeHasKeys(id)
    if (store.connection !== "DISCONNECTED") throw storeState(id, store.connection)
    tx.remove(keyStores, store)
    return {}
  },
})

export const UpdateCustomKeyStore = op.action("UpdateCustomKeyStore", {
  authorize,
  begin(tx, input, call): Out<"UpdateCustomKeyStore"> | undefined {
    const store = findKeyStore(tx, call, input.CustomKeyStoreId)
    assertMayChange(tx, store, input)
    if (store.proxy && changesMoreThanName(input)) return undefined
    return update(tx, input, call)
  },
  async run(ctx, input, call): Promise<Out<"UpdateCustomKeyStore">> {
    const proxy = await ctx.write((tx) => {
      const store = findKeyStore(tx, call, input.CustomKeyStoreId)
      return proxyOfStore(tx, { ...store, ...insideOf(tx, store, input) })
    })
    await assertAnswers(ctx, proxy, call)
    return ctx.write((tx) => update(tx, input, call))
  },
})

function update(
  tx: WriteTx,
  input: In<"UpdateCustomKeyStore">,
  call: Call,
): Out<"UpdateCustomKeyStore"> {
  const store = findKeyStore(tx, call, input.CustomKeyStoreId)
  assertMayChange(tx, store, input)
  const name = input.NewCustomKeyStoreName ?? store.name
  tx.replace(keyStores, store, { ...store, name, ...insideOf(tx, store, input) })
  return {}
}

function assertMayChange(tx: ReadTx, store: KeyStore, input: In<"UpdateCustomKeyStore">): void {
  const { NewCustomKeyStoreName: name } = input
  if (name !== undefined && name !== store.name && storeNamed(tx, name, store))
    throw storeNameInUse(name)
  if (store.connection !== "DISCONNECTED" && needsDisconnection(input))
    throw storeState(store.id, store.connection)
}

/**
 * "… you can update the CustomKeyStoreName, XksProxyAuthenticationCredential, and XksProxyUriPath of
 * an external key store when it is in the CONNECTED or DISCONNECTED state."
 */
const needsDisconnection = ({
  XksProxyAuthenticationCredential: _credential,
  XksProxyUriPath: _path,
  ...rest
}: In<"UpdateCustomKeyStore">): boolean => changesMoreThanName(rest)

const changesMoreThanName = ({
  CustomKeyStoreId: _id,
  NewCustomKeyStoreName: _name,
  ...rest
}: In<"UpdateCustomKeyStore">): boolean => Object.values(rest).some((value) => value !== undefined)

function insideOf(tx: WriteTx, store: KeyStore, input: In<"UpdateCustomKeyStore">) {
  const { cluster, proxy } = store
  return {
    ...(cluster && { cluster: movedCluster(tx, { store, cluster, input }) }),
    ...(proxy && { proxy: changedProxy(tx, { store, proxy, input }) }),
  }
}

export const DescribeCustomKeyStores = op.read("DescribeCustomKeyStores", {
  authorize,
  run(tx, input, call): Out<"DescribeCustomKeyStores"> {
    const { CustomKeyStoreId: id, CustomKeyStoreName: name } = input
    if (id !== undefined)
      return { CustomKeyStores: [storeEntry(findKeyStore(tx, call, id))], Truncated: false }
    if (name !== undefined) {
      const store = storeNamed(tx, name, call)
      if (!store) throw noSuchStore(name)
      return { CustomKeyStores: [storeEntry(store)], Truncated: false }
    }
    const prefix = [call.account, call.region]
    const { items, more } = pageOfRows(tx, keyStores, { prefix, input })
    return { CustomKeyStores: items.map(storeEntry), ...more }
  },
})

function storeEntry({ id, name, createdMs, connection, ...store }: KeyStore) {
  const { connectionError: failure, cluster, proxy } = store
  return {
    ...{ CustomKeyStoreId: id, CustomKeyStoreName: name, CreationDate: createdMs },
    ConnectionState: connection,
    ...(failure !== undefined && { ConnectionErrorCode: failure }),
    CustomKeyStoreType: cluster ? ("AWS_CLOUDHSM" as const) : ("EXTERNAL_KEY_STORE" as const),
    ...(cluster && {
      CloudHsmClusterId: cluster.id,
      TrustAnchorCertificate: cluster.trustAnchor,
    }),
    ...(proxy && {
      XksProxyConfiguration: {
        Connectivity: proxy.connectivity,
        AccessKeyId: proxy.accessKeyId,
        UriEndpoint: proxy.endpoint,
        UriPath: proxy.path,
      },
    }),
  }
}

export const keyStoreOperations = {
  ...{ CreateCustomKeyStore, ConnectCustomKeyStore, DisconnectCustomKeyStore },
  ...{ DeleteCustomKeyStore, UpdateCustomKeyStore, DescribeCustomKeyStores },
}
