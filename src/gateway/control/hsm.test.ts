import { expect, test } from "vitest"
import { handleControl } from "../control.ts"
import { openCloud, request } from "../testing/open-cloud.ts"

test("what is no command to an HSM is told so, and is no failure of the cloud", async () => {
  const cloud = await openCloud()
  const admin = { name: "admin", password: "password" }
  const form = /is no setting here, or not of its form/
  for (const [body, why] of [
    [{}, /cluster must be text/],
    [{ cluster: 1 }, form],
    [{ cluster: "c", frob: "x" }, form],
    [{ cluster: "c", activate: {} }, form],
    [{ cluster: "c", activate: null }, form],
    [{ cluster: "c", as: { name: "admin" } }, form],
    [{ cluster: "c", as: { ...admin, role: "admin" } }, form],
    [{ cluster: "c", as: admin, createUser: { ...admin, role: "king" } }, form],
    [{ cluster: "c", as: admin, deleteUser: "a", deleteKey: "b" }, /at most one of/],
    [{ cluster: "c" }, /there is no cluster c/],
  ] as const) {
    const text = JSON.stringify(body)
    const wire = request({ method: "POST", path: "/_cloudarium/hsm", text })
    const { status, body: answer } = await handleControl(cloud, wire, { version: "1" })
    expect({ text, status }).toEqual({ text, status: 400 })
    expect((JSON.parse(answer as string) as { error: string }).error).toMatch(why)
  }
})
