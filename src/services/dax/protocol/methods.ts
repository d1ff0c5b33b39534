/** The methods of a node that clients call, by the numbers that they have on the wire. */
export const METHOD = Object.freeze({
  authorizeConnection: 1489122155,
  defineAttributeList: 670678385,
  defineAttributeListId: -1230579644,
  defineKeySchema: -742646399,
  endpoints: 455855874,
  getItem: 263244906,
  putItem: -2106490455,
  updateItem: 1425579023,
  deleteItem: 1013539361,
  batchGetItem: -697851100,
  batchWriteItem: 116217951,
  query: -931250863,
  scan: -1875390620,
  transactGetItems: 1866287579,
  transactWriteItems: -1160037738,
})

/** How many CBOR items follow each method. */
export const ARGUMENTS: Readonly<Record<number, number>> = Object.freeze({
  [METHOD.authorizeConnection]: 5,
  [METHOD.defineAttributeList]: 1,
  [METHOD.defineAttributeListId]: 1,
  [METHOD.defineKeySchema]: 1,
  [METHOD.endpoints]: 0,
  [METHOD.getItem]: 3,
  [METHOD.putItem]: 4,
  [METHOD.updateItem]: 3,
  [METHOD.deleteItem]: 3,
  [METHOD.batchGetItem]: 2,
  [METHOD.batchWriteItem]: 2,
  [METHOD.query]: 3,
  [METHOD.scan]: 2,
  [METHOD.transactGetItems]: 4,
  [METHOD.transactWriteItems]: 9,
})

/** The only service of a node. */
export const SERVICE = 1

/** What a connection begins with. */
export const MAGIC = "J7yne5G"

/** Numbers that stand for a request's options. */
export const OPTION = Object.freeze({
  projection: 0,
  consistentRead: 2,
  consumedCapacity: 3,
  condition: 4,
  itemCollectionMetrics: 6,
  returnValues: 7,
  update: 8,
  exclusiveStartKey: 9,
  filter: 10,
  indexName: 11,
  keyCondition: 12,
  limit: 13,
  scanIndexForward: 14,
  select: 15,
  segment: 16,
  totalSegments: 17,
  clientRequestToken: 19,
})

export const RETURN_VALUES = [
  "",
  "NONE",
  "ALL_OLD",
  "UPDATED_OLD",
  "ALL_NEW",
  "UPDATED_NEW",
] as const
export const CONSUMED_CAPACITY = ["NONE", "TOTAL", "INDEXES"] as const
export const ITEM_COLLECTION_METRICS = ["NONE", "SIZE"] as const
export const SELECT = [
  ...["", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES"],
] as const

/** Numbers that stand for the members of an answer. */
export const RESULT = Object.freeze({
  item: 0,
  consumedCapacity: 1,
  attributes: 2,
  itemCollectionMetrics: 3,
  items: 7,
  count: 8,
  lastEvaluatedKey: 9,
  scannedCount: 10,
})

/** What a transaction does to an item. */
export const TRANSACT = Object.freeze({ put: 2, delete: 7, update: 9, check: 12 })
