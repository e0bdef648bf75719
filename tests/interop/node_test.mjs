// Microsoft's JavaScript clients, msal-node and microsoft-graph-client, against a real graph-sandbox: pointed at it by the
// authority, the known authorities, the base URL and NODE_EXTRA_CA_CERTS only. That last one is read when Node starts, so
// `withSandbox` starts the sandbox first and then the test in a Node of its own. GRAPH_SANDBOX names the binary.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

// The packages lie in the build folder, beside no test.
const load = createRequire(join(process.env.INTEROP_PACKAGES, "package.json"));
const { ConfidentialClientApplication } = load("@azure/msal-node");
const { BatchRequestContent, BatchResponseContent, Client, PageIterator } = load("@microsoft/microsoft-graph-client");

const TENANT = "11111111-2222-4333-8444-555555555555";
const SCOPES = ["https://graph.microsoft.com/.default"];
const GRAPH = "00000003-0000-0000-c000-000000000000";

// What a running sandbox says about itself; in the inner process only.
const sandbox = process.env.INTEROP_READY ? JSON.parse(readFileSync(process.env.INTEROP_READY, "utf8")) : undefined;

const read = (path) => readFileSync(path, "utf8").trim();

const app = (proof, clientId = sandbox.client_id) => new ConfidentialClientApplication({
    auth: {
        clientId,
        authority: `${sandbox.url}/${TENANT}`,
        knownAuthorities: [new URL(sandbox.url).host],
        ...proof,
    },
});

const token = async (proof, clientId) =>
    (await app(proof, clientId).acquireTokenByClientCredential({ scopes: SCOPES })).accessToken;

const bySecret = () => ({ clientSecret: read(sandbox.client_secret_file) });

const graph = () => {
    const msal = app(bySecret());
    const getAccessToken = async () => (await msal.acquireTokenByClientCredential({ scopes: SCOPES })).accessToken;
    return Client.initWithMiddleware({
        baseUrl: sandbox.url,
        customHosts: new Set([new URL(sandbox.url).hostname]),
        authProvider: { getAccessToken },
    });
};

const stats = async () => (await fetch(`${sandbox.url}/sandbox/stats`)).json();

const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));

// A test with a sandbox of its own. In the inner process: runs it, and says so.
async function withSandbox(name, run, faults) {
    if (sandbox) {
        if (process.env.INTEROP_TEST !== name) return;
        await run();
        console.log("passed");
        return;
    }
    await test(name, async () => {
        const folder = mkdtempSync(join(tmpdir(), "interop-"));
        const options = ["--port", "0", "--dir", join(folder, "dir")];
        if (faults) {
            writeFileSync(join(folder, "faults.json"), JSON.stringify({ schema: "poolwright.faults/1", rules: faults }));
            options.push("--faults", join(folder, "faults.json"));
        }
        const server = spawn(process.env.GRAPH_SANDBOX, options, { stdio: "ignore" });
        try {
            const ready = join(folder, "dir", "ready.json");
            for (let tries = 0; !existsSync(ready) && tries < 6000; ++tries) await pause(10);
            const inner = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
                encoding: "utf8",
                env: {
                    ...process.env,
                    NODE_EXTRA_CA_CERTS: JSON.parse(read(ready)).ca_file,
                    INTEROP_READY: ready,
                    INTEROP_TEST: name,
                },
            });
            assert.equal(inner.stdout.trim().split("\n").at(-1), "passed", inner.stdout + inner.stderr);
            assert.equal(inner.status, 0);
        } finally {
            server.kill("SIGKILL");
            rmSync(folder, { recursive: true });
        }
    });
}

await withSandbox("token by secret, after discovery", async () => {
    const claims = claimsOf(await token(bySecret()));
    assert.equal(claims.aud, "https://graph.microsoft.com");
    assert.equal(claims.tid, TENANT);
    assert.equal(claims.appidacr, "1");
    const { requests } = await stats();
    assert.deepEqual(requests["GET /{tenant}/v2.0/.well-known/openid-configuration"], { 200: 1 });
    assert.deepEqual(requests["POST /{tenant}/oauth2/v2.0/token"], { 200: 1 });
});

await withSandbox("a wrong secret is an error of the library's own", async () => {
    await assert.rejects(token({ clientSecret: "wrong" }), (error) => {
        assert.equal(error.errorCode, "invalid_client");
        assert.match(error.errorMessage, /AADSTS7000215/);
        assert.equal(error.errorNo, 7000215);
        return true;
    });
});

await withSandbox("token by certificate, named by SHA-256 and by SHA-1", async () => {
    const pem = read(sandbox.client_certificate_file);
    const der = new X509Certificate(pem).raw;
    const privateKey = pem.slice(pem.indexOf("-----BEGIN PRIVATE KEY"));
    const print = (kind) => createHash(kind).update(der).digest("hex");
    for (const [name, kind] of [["thumbprintSha256", "sha256"], ["thumbprint", "sha1"]]) {
        const proof = { clientCertificate: { privateKey, x5c: pem, [name]: print(kind) } };
        assert.equal(claimsOf(await token(proof)).appidacr, "2");
    }
    const other = { clientCertificate: { privateKey, thumbprintSha256: "00".repeat(32) } };
    await assert.rejects(token(other), /AADSTS700027.*The key was not found/s);
});

await withSandbox("token by an assertion of another issuer", async () => {
    assert.ok(await token({ clientAssertion: read(sandbox.federated_token_file) }));
    await assert.rejects(token({ clientAssertion: "no.thing.atall" }), /AADSTS50027/);
});

await withSandbox("an application from birth to grave", async () => {
    const client = graph();
    const made = await client.api("/applications").post({
        displayName: "Backup 1",
        uniqueName: "backup-1",
        passwordCredentials: [{ displayName: "first" }],
    });
    const at = `/applications/${made.id}`;
    const principal = await client.api("/servicePrincipals").post({ appId: made.appId });
    const resource = await client.api(`/servicePrincipals(appId='${GRAPH}')`).select("id,appRoles").get();
    const role = resource.appRoles.find((each) => each.value === "Directory.Read.All");
    const grants = `/servicePrincipals/${principal.id}/appRoleAssignments`;
    await client.api(grants).post({ principalId: principal.id, resourceId: resource.id, appRoleId: role.id });
    assert.equal((await client.api(grants).get()).value.length, 1);
    const secret = made.passwordCredentials[0].secretText;
    assert.deepEqual(claimsOf(await token({ clientSecret: secret }, made.appId)).roles, ["Directory.Read.All"]);

    const second = await client.api(`${at}/addPassword`).post({ passwordCredential: { displayName: "second" } });
    assert.ok(second.secretText.startsWith(second.hint));
    await client.api(`${at}/removePassword`).post({ keyId: second.keyId });
    const left = await client.api(at).get();
    assert.deepEqual(left.passwordCredentials.map((each) => each.displayName), ["first"]);

    await client.api(at).delete();
    await assert.rejects(client.api(at).get(), (error) => {
        assert.equal(error.statusCode, 404);
        assert.equal(error.code, "Request_ResourceNotFound");
        assert.ok(error.requestId);
        assert.ok(error.date instanceof Date);
        return true;
    });
    const seen = await stats();
    assert.deepEqual(seen.requests["POST /applications"], { 201: 1 });
    assert.equal(seen.applications, 0);
});

await withSandbox("pages and filters", async () => {
    const client = graph();
    const everything = [...Array(23).keys()].map((i) => `Backup ${String(i).padStart(2, "0")}`);
    for (const displayName of everything) await client.api("/applications").post({ displayName });
    const names = async (request) => {
        const found = [];
        const iterator = new PageIterator(client, await request.get(), (each) => found.push(each.displayName) > 0);
        await iterator.iterate();
        return found;
    };
    assert.deepEqual(await names(client.api("/applications").top(3)), everything);
    assert.deepEqual(await names(client.api("/applications").filter("displayName eq 'Backup 07'")), ["Backup 07"]);
    assert.deepEqual(
        await names(client.api("/applications").filter("startswith(displayName,'Backup 1')").top(4)),
        everything.slice(10, 20));
    const advanced = client.api("/applications").header("ConsistencyLevel", "eventual").count(true)
        .filter("displayName ne 'Backup 07'").top(50);
    assert.equal((await names(advanced)).length, 22);
});

await withSandbox("a batch, one request of which depends on another", async () => {
    const client = graph();
    const first = await client.api("/applications").post({ displayName: "Backup 1" });
    // The library cuts the host off; what is left is relative to the version.
    const to = (path) => `${sandbox.url}${path}`;
    const json = { "Content-Type": "application/json" };
    const body = JSON.stringify({ notes: "by a batch" });
    const content = new BatchRequestContent([
        { id: "a", request: new Request(to(`/applications/${first.id}`), { method: "PATCH", headers: json, body }) },
        { id: "b", request: new Request(to(`/applications/${first.id}`)), dependsOn: ["a"] },
        { id: "c", request: new Request(to(`/applications/${TENANT}`)), dependsOn: ["b"] },
        { id: "d", request: new Request(to("/organization")), dependsOn: ["c"] },
    ]);
    const answered = new BatchResponseContent(await client.api("/$batch").post(await content.getContent()));
    const status = (id) => answered.getResponseById(id).status;
    assert.deepEqual(["a", "b", "c", "d"].map(status), [204, 200, 404, 424]);
    assert.equal((await answered.getResponseById("b").json()).notes, "by a batch");
    assert.equal((await answered.getResponseById("c").json()).error.code, "Request_ResourceNotFound");
    const { requests } = await stats();
    assert.deepEqual(requests["POST /$batch"], { 200: 1 });
    assert.equal(requests["GET /organization"], undefined);
});

await withSandbox("a certificate is registered and then signs", async () => {
    const client = graph();
    const pem = read(sandbox.client_certificate_file);
    const der = new X509Certificate(pem).raw;
    const key = { type: "AsymmetricX509Cert", usage: "Verify", key: der.toString("base64"), displayName: "poolwright" };
    const made = await client.api("/applications").post({ displayName: "Backup 1", keyCredentials: [key] });
    await client.api("/servicePrincipals").post({ appId: made.appId });
    const shown = await client.api(`/applications/${made.id}`).select("keyCredentials").get();
    assert.equal(shown.keyCredentials[0].key, der.toString("base64"));
    const privateKey = pem.slice(pem.indexOf("-----BEGIN PRIVATE KEY"));
    const thumbprintSha256 = createHash("sha256").update(der).digest("hex");
    assert.ok(await token({ clientCertificate: { privateKey, thumbprintSha256 } }, made.appId));
});

await withSandbox("a request that was told to wait is sent again", async () => {
    const made = await graph().api("/applications").post({ displayName: "Backup 1" });
    assert.equal(made.displayName, "Backup 1");
    const seen = await stats();
    assert.deepEqual(seen.requests["POST /applications"], { 201: 1, 429: 1 });
    assert.deepEqual([seen.applications, seen.throttled, seen.early_calls], [1, 1, 0]);
}, [{ route: "POST /applications", nth: 1, effect: "status", status: 429, retry_after: "1" }]);
