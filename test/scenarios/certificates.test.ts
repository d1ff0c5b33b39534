import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const here = hasProgram("aws") && hasProgram("openssl", ["version"])
const CONFIGURATION = {
  ...{ KeyAlgorithm: "EC_prime256v1", SigningAlgorithm: "SHA256WITHECDSA" },
  Subject: { CommonName: "Root" },
}

describe.skipIf(!here)("Private CA, the aws CLI and OpenSSL", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  let folder: string
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
    folder = mkdtempSync(join(tmpdir(), "cloudarium-certificates-"))
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(folder)
  })

  const at = (name: string): string => join(folder, name)
  const save = (name: string, text: string | undefined): string => {
    writeFileSync(at(name), text ?? "")
    return `fileb://${at(name)}`
  }
  const pca = async (...args: readonly string[]): Promise<Record<string, string>> => {
    const env = clientEnvironment(cloud.url)
    const all = ["--endpoint-url", cloud.url, "acm-pca", ...args]
    const { code, stdout, stderr } = await run("aws", all, { env })
    expect([code, stderr]).toEqual([0, ""])
    return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Record<string, string>)
  }
  const openssl = async (command: string): Promise<string> => {
    const env = { PATH: process.env["PATH"] }
    const { stdout, stderr } = await run("openssl", command.split(" "), { env, cwd: folder })
    return stdout + stderr
  }

  test("a CA certifies what OpenSSL asks for, and tells OpenSSL where the certificate says what became of it", async () => {
    const revocation = { OcspConfiguration: { Enabled: true } }
    const { CertificateAuthorityArn: arn = "" } = await pca(
      ...["create-certificate-authority", "--certificate-authority-type", "ROOT"],
      ...["--certificate-authority-configuration", JSON.stringify(CONFIGURATION)],
      ...["--revocation-configuration", JSON.stringify(revocation)],
    )
    const ca = ["--certificate-authority-arn", arn]
    await pca("wait", "certificate-authority-csr-created", ...ca)
    const { Csr } = await pca("get-certificate-authority-csr", ...ca)
    const certify = async (csr: string, ...more: readonly string[]) => {
      const how = ["--signing-algorithm", "SHA256WITHECDSA", "--csr", csr, ...more]
      const { CertificateArn: made = "" } = await pca("issue-certificate", ...ca, ...how)
      await pca("wait", "certificate-issued", ...ca, "--certificate-arn", made)
      return { made, ...(await pca("get-certificate", ...ca, "--certificate-arn", made)) }
    }
    const root = await certify(
      save("root.csr", Csr),
      ...["--template-arn", "arn:aws:acm-pca:::template/RootCACertificate/V1"],
      ...["--validity", "Type=YEARS,Value=10"],
    )
    const { Certificate: rootText } = root as { readonly Certificate?: string }
    const certificate = ["--certificate", save("root.pem", rootText)]
    await pca("import-certificate-authority-certificate", ...ca, ...certificate)

    await openssl(
      "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out server.csr -subj /CN=a.example.com -addext subjectAltName=DNS:a.example.com",
    )
    const days = ["--validity", "Type=DAYS,Value=30"]
    const server = await certify(`fileb://${at("server.csr")}`, ...days)
    save("server.pem", (server as { readonly Certificate?: string }).Certificate)
    expect(await openssl("verify -purpose sslserver -CAfile root.pem server.pem")).toBe(
      "server.pem: OK\n",
    )
    const url = (await openssl("x509 -in server.pem -noout -ocsp_uri")).trim()
    expect(url).toContain(`:${cloud.port}/_cloudarium/ocsp`)
    const ask = () => openssl(`ocsp -issuer root.pem -cert server.pem -CAfile root.pem -url ${url}`)
    expect(await ask()).toMatch(/^server.pem: good$[^]*^Response verify OK$/m)
    const serial = server.made.split("/").at(-1) ?? ""
    const why = ["--revocation-reason", "KEY_COMPROMISE", "--certificate-serial", serial]
    await pca("revoke-certificate", ...ca, ...why)
    expect(await ask()).toMatch(/^server.pem: revoked$[^]*^Response verify OK$/m)
  })
})
