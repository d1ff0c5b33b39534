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
import { clusterOf, movedCluster } from "./cluster.ts"
import { storeHasKeys, noSuchStore, storeNameInUse, storeState } from "./errors.ts"
import { keyStores, type KeyStore } from "./key-store.ts"
import { changedProxy, proxyOf } from "./proxy.ts"
import { findKeyStore } from "./use.ts"

const authorize = (_tx: ReadTx, _input: object, call: Call) => accessTo(call)

export const CreateCustomKeyStore = op.write("CreateCustomKeyStore", {
  authorize,
  run(tx, input, call): Out<"CreateCustomKeyStore"> {
    const { account, region } = call
    const { CustomKeyStoreName: name, CustomKeyStoreType: type = "AWS_CLOUDHSM" } = input
    if (storeNamed(tx, name, call)) throw storeNameInUse(name)
    const all = tx.scan(keyStores, { prefix: [account, region], limit: 1_000 }).rows
    // Not verified: the words.
    if (all.length >= quota(tx, QUOTAS.keyStores, call))
      throw limitExceeded("You have reached the limit of custom key stores.")
    const id = `cks-${tx.random("kms/key-store-id").hex(17)}`
    const made = { account, region, id, name, createdMs: tx.now }
    const inside =
      type === "AWS_CLOUDHSM"
        ? { cluster: clusterOf(tx, { id, input, all }) }
        : { proxy: proxyOf(tx, { id, input, all }) }
    tx.insert(keyStores, { ...made, connection: "DISCONNECTED", ...inside })
    return { CustomKeyStoreId: id }
  },
})

function storeNamed(tx: ReadTx, name: string, { account, region }: Call): KeyStore | undefined {
  return tx.first(keyStores, { index: "byName", prefix: [account, region, name] })
}

type StoreRef = Pick<KeyStore, "account" | "region" | "id">

/** The end of connecting, which in AWS takes up to twenty minutes. */
export const connectKeyStore = job<StoreRef>("kms/connectKeyStore", {
  run(tx, { account, region, id }) {
    const store = tx.get(keyStores, [account, region, id])
    if (store?.connection === "CONNECTING")
      tx.replace(keyStores, store, { ...store, connection: "CONNECTED" })
  },
})

export const ConnectCustomKeyStore = op.write("ConnectCustomKeyStore", {
  authorize,
  run(tx, { CustomKeyStoreId: id }, call): Out<"ConnectCustomKeyStore"> {
    const store = findKeyStore(tx, call, id)
    if (store.connection !== "DISCONNECTED") throw storeState(id, store.connection)
    tx.replace(keyStores, store, { ...store, connection: "CONNECTING" })
    const { account, region } = store
    tx.schedule(connectKeyStore, { account, region, id }, tx.now)
    return {}
  },
})

export const DisconnectCustomKeyStore = op.write("DisconnectCustomKeyStore", {
  authorize,
  run(tx, { CustomKeyStoreId: id }, call): Out<"DisconnectCustomKeyStore"> {
    const store = findKeyStore(tx, call, id)
    if (store.connection === "DISCONNECTED") throw storeState(id, store.connection)
    tx.replace(keyStores, store, { ...store, connection: "DISCONNECTED" })
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

export const UpdateCustomKeyStore = op.write("UpdateCustomKeyStore", {
  authorize,
  run(tx, input, call): Out<"UpdateCustomKeyStore"> {
    const store = findKeyStore(tx, call, input.CustomKeyStoreId)
    const { NewCustomKeyStoreName: name } = input
    if (name !== undefined && name !== store.name && storeNamed(tx, name, call))
      throw storeNameInUse(name)
    if (store.connection !== "DISCONNECTED" && changesMoreThanName(input))
      throw storeState(store.id, store.connection)
    tx.replace(keyStores, store, {
      ...store,
      name: name ?? store.name,
      ...insideOf(tx, store, input),
    })
    return {}
  },
})

/** "The custom key store must be disconnected" for all but its name. */
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

function storeEntry({ id, name, createdMs, connection, cluster, proxy }: KeyStore) {
  return {
    ...{ CustomKeyStoreId: id, CustomKeyStoreName: name, CreationDate: createdMs },
    ConnectionState: connection,
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
        ...(proxy.vpcEndpointService !== undefined && {
          VpcEndpointServiceName: proxy.vpcEndpointService,
        }),
      },
    }),
  }
}

export const keyStoreOperations = {
  ...{ CreateCustomKeyStore, ConnectCustomKeyStore, DisconnectCustomKeyStore },
  ...{ DeleteCustomKeyStore, UpdateCustomKeyStore, DescribeCustomKeyStores },
}
