import {
  CreateUserCommand,
  DeleteSigningCertificateCommand,
  DeleteUserCommand,
  ListSigningCertificatesCommand,
  UpdateSigningCertificateCommand,
  UploadSigningCertificateCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ROOT_CERTIFICATE } from "../testing/certificate.ts"
import { openIam, refusalOf } from "../testing/open-iam.ts"

const UserName = "alice"

test("a user's certificates are uploaded, switched off and deleted", async () => {
  const { client } = await openIam()
  await client.send(new CreateUserCommand({ UserName }))
  const upload = (CertificateBody: string) =>
    client.send(new UploadSigningCertificateCommand({ UserName, CertificateBody }))
  expect(await refusalOf(upload("x"))).toMatch(/^400 MalformedCertificate: Unable to parse/)
  const { Certificate } = await upload(ROOT_CERTIFICATE)
  const CertificateId = Certificate?.CertificateId ?? ""
  expect(Certificate).toMatchObject({
    ...{ UserName, Status: "Active", CertificateBody: ROOT_CERTIFICATE },
    CertificateId: expect.stringMatching(/^[A-Z2-7]{32}$/),
  })
  expect(await refusalOf(upload(ROOT_CERTIFICATE))).toMatch(/^409 DuplicateCertificate: /)
  const one = { UserName, CertificateId }
  await client.send(new UpdateSigningCertificateCommand({ ...one, Status: "Inactive" }))
  const list = async () =>
    (await client.send(new ListSigningCertificatesCommand({ UserName }))).Certificates
  expect(await list()).toMatchObject([{ CertificateId, Status: "Inactive" }])
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName })))).toBe(
    "409 DeleteConflict: Cannot delete entity, must delete signing certificates first.",
  )
  const remove = () => client.send(new DeleteSigningCertificateCommand(one))
  await remove()
  expect(await list()).toEqual([])
  expect(await refusalOf(remove())).toBe(
    `404 NoSuchEntity: The Certificate with id ${CertificateId} cannot be found.`,
  )
})
