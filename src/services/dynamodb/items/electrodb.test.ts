import { expect, test } from "vitest"
import { openShop } from "../testing/electrodb-shop.ts"
import { refusalOf } from "../testing/open-table.ts"

const ada = { email: "ada@example.com", city: "London" }

test("ElectroDB keeps two entities in one table, and a collection reads both at once", async () => {
  const { customers, orders, shop } = await openShop()
  const address = { street: "1 St James's Square" }
  await customers.create({ ...ada, interests: ["maths", "looms"], address }).go()
  await customers.create({ email: "bob@example.com", city: "London" }).go()
  for (const number of [1, 2, 10])
    await orders.create({ email: ada.email, number, total: number * 1.5 }).go()
  const { data } = await shop.collections.account({ email: ada.email }).go()
  expect(data.customers).toEqual([
    {
      ...ada,
      orders: 0,
      interests: expect.arrayContaining(["maths", "looms"]) as unknown,
      address,
    },
  ])
  expect(data.orders.map(({ number, total }) => [number, total])).toEqual([
    ...[
      [1, 1.5],
      [2, 3],
      [10, 15],
    ],
  ])
  const londoners = await customers.query.byCity({ city: "London" }).go()
  expect(londoners.data.map(({ email }) => email)).toEqual([ada.email, "bob@example.com"])
})

test("ElectroDB's conditions: create refuses what is there, patch what is not, where decides", async () => {
  const { customers, orders } = await openShop()
  await customers.create(ada).go()
  const refused = "The conditional request failed"
  expect(await refusalOf(customers.create(ada).go())).toContain(refused)
  const nobody = { email: "nobody@example.com" }
  expect(await refusalOf(customers.patch(nobody).add({ orders: 1 }).go())).toContain(refused)
  const key = { email: ada.email, number: 1 }
  await orders.create({ ...key, total: 9, lines: [{ sku: "A", count: 1 }] }).go()
  const pay = () =>
    orders
      .patch(key)
      .set({ state: "paid" })
      .add({ total: 1 })
      .append({ lines: [{ sku: "fee", count: 1 }] })
      .where(({ state }, { eq }) => eq(state, "open"))
      .go({ response: "all_new" })
  expect((await pay()).data).toMatchObject({
    ...{ state: "paid", total: 10 },
    lines: [
      { sku: "A", count: 1 },
      { sku: "fee", count: 1 },
    ],
  })
  expect(await refusalOf(pay())).toContain(refused)
  // The order has moved to another partition of the index.
  const [open, paid] = [
    await orders.query.byState({ state: "open" }).go(),
    await orders.query.byState({ state: "paid" }).go(),
  ]
  expect([open.data.length, paid.data.length]).toEqual([0, 1])
  await orders.remove(key).go()
  expect(await refusalOf(orders.remove(key).go())).toContain(refused)
})

test("ElectroDB's transactions write all or nothing and say which action was refused", async () => {
  const { customers, orders, shop } = await openShop()
  await customers.create(ada).go()
  const place = (number: number) =>
    shop.transaction
      .write(({ customers: customer, orders: order }) => [
        order.create({ email: ada.email, number, total: 5 }).commit(),
        customer
          .patch({ email: ada.email })
          .add({ orders: 1 })
          .where(({ orders: count }, { lt }) => lt(count, 2))
          .commit({ response: "all_old" }),
      ])
      .go()
  expect((await place(1)).canceled).toBe(false)
  expect((await place(2)).canceled).toBe(false)
  const { canceled, data } = await place(3)
  expect([canceled, data.map(({ code }) => code)]).toEqual([
    true,
    ["None", "ConditionalCheckFailed"],
  ])
  expect(data[1]?.item).toMatchObject({ orders: 2 })
  const { data: read } = await shop.transaction
    .get(({ customers: customer, orders: order }) => [
      customer.get({ email: ada.email }).commit(),
      ...[2, 3].map((number) => order.get({ email: ada.email, number }).commit()),
    ])
    .go()
  expect(read.map(({ item }) => item)).toMatchObject([{ orders: 2 }, { number: 2 }, null])
  expect((await orders.query.placed({ email: ada.email }).go()).data.length).toBe(2)
})

test("ElectroDB pages by cursors, in both orders, and reads and deletes batches", async () => {
  const { orders } = await openShop()
  const all = Array.from({ length: 60 }, (_, at) => ({ email: ada.email, number: at + 1 }))
  await orders.put(all.map((key) => ({ ...key, total: key.number }))).go()
  const pages: number[][] = []
  let cursor: string | null = null
  do {
    const page: { cursor: string | null; data: { number: number }[] } = await orders.query
      .byState({ state: "open" })
      .where(({ total }, { gt }) => gt(total, 5))
      .go({ cursor, limit: 25, order: "desc" })
    pages.push(page.data.map(({ number }) => number))
    cursor = page.cursor
  } while (cursor !== null)
  const expected = Array.from({ length: 55 }, (_, at) => 60 - at)
  expect(pages.flat()).toEqual(expected)
  expect(pages.length).toBe(3)
  const some = await orders.query
    .placed({ email: ada.email })
    .between({ number: 9 }, { number: 12 })
    .go()
  expect(some.data.map(({ number }) => number)).toEqual([9, 10, 11, 12])
  expect((await orders.get(all).go()).data.length).toBe(60)
  expect((await orders.delete(all.slice(0, 58)).go()).unprocessed).toEqual([])
  expect((await orders.scan.go({ pages: "all" })).data.map(({ number }) => number)).toEqual([
    59, 60,
  ])
})
