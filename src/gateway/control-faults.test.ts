import { expect, test } from "vitest"
import { handleControl } from "./control.ts"
import { answerOf, openCloud, request } from "./testing/open-cloud.ts"

test("reads of a Region lag behind until that is ended, over the control API", async () => {
  const cloud = await openCloud()
  const change = async (lag: unknown): Promise<unknown> => {
    const text = JSON.stringify({ lag })
    const wire = request({ method: "POST", path: "/_cloudarium/faults", text })
    const answer = await answerOf(handleControl(cloud, wire, { version: "1.2.3" }))
    return JSON.parse(answer.text)
  }
  const region = "eu-west-1"
  expect(await change({ span: "2s", region })).toEqual({
    faults: [],
    lags: [{ region, ms: 2_000 }],
  })
  expect(cloud.world.lags).toEqual([{ region, ms: 2_000 }])
  expect(await change({ span: "0s", region })).toEqual({ faults: [] })
  expect(await change({ span: "2s", region: "mars-1" })).toEqual({
    error: "there is no Region mars-1",
  })
  expect(await change({ span: "2h" })).toEqual({ error: "a lag is of an hour at most" })
  expect(await change({ span: "1s", service: "s3" })).toEqual({
    error: "there is no setting service here",
  })
})

test("deliveries of a Region come again until that is ended, over the control API", async () => {
  const cloud = await openCloud()
  const change = async (redeliver: unknown): Promise<unknown> => {
    const text = JSON.stringify({ redeliver })
    const wire = request({ method: "POST", path: "/_cloudarium/faults", text })
    const answer = await answerOf(handleControl(cloud, wire, { version: "1.2.3" }))
    return JSON.parse(answer.text)
  }
  const region = "eu-west-1"
  const on = { faults: [], redeliveries: [{ region, share: 0.1 }] }
  expect(await change({ share: 0.1, region })).toEqual(on)
  expect(await change({ share: 0, region })).toEqual({ faults: [] })
  expect(await change({ share: 2 })).toEqual({ error: "a share is from 0 to 1" })
  expect(await change({ share: "10%" })).toEqual({ error: "share must be a number" })
  expect(await change({ share: 0.1, region: "mars-1" })).toEqual({
    error: "there is no Region mars-1",
  })
  expect(await change(7)).toEqual({ error: "redeliver is not a JSON object" })
})

test("services hold to their rates until that is ended, over the control API", async () => {
  const cloud = await openCloud()
  const post = async (change: object): Promise<unknown> => {
    const text = JSON.stringify(change)
    const wire = request({ method: "POST", path: "/_cloudarium/faults", text })
    const answer = await answerOf(handleControl(cloud, wire, { version: "1.2.3" }))
    return JSON.parse(answer.text)
  }
  const change = (slowDown: unknown) => post({ slowDown })
  expect(await change({ on: true })).toEqual({ faults: [], slowDowns: ["us-east-1"] })
  const both = { faults: [], slowDowns: ["eu-west-1", "us-east-1"] }
  expect(await change({ on: true, region: "eu-west-1" })).toEqual(both)
  expect(cloud.world.slowDowns).toEqual(both.slowDowns)
  expect(await change({ on: false })).toEqual({ faults: [], slowDowns: ["eu-west-1"] })
  expect(await post({ heal: "all" })).toEqual({ faults: [] })
  expect(await change({ on: "yes" })).toEqual({ error: "on must be true or false" })
  expect(await change({ on: true, region: "mars-1" })).toEqual({
    error: "there is no Region mars-1",
  })
})
