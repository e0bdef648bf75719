"""Microsoft's Python clients, azure-identity and msgraph-sdk, against a real graph-sandbox.

They are pointed at it only by what they document: the authority, their switch for instance discovery, the base URL, and the
certificate authority in the environment. GRAPH_SANDBOX names the binary.
"""

import json
import logging
import os
import pathlib
import sys
import tempfile
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import azure.identity
import requests
from azure.core.exceptions import ClientAuthenticationError
from harness import Sandbox
from kiota_abstractions.api_error import APIError
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.application_item_request_builder import ApplicationItemRequestBuilder
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.application import Application
from msgraph.generated.models.federated_identity_credential import FederatedIdentityCredential
from msgraph.generated.models.key_credential import KeyCredential
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph_core import PageIterator
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

TENANT = "11111111-2222-4333-8444-555555555555"
SCOPE = "https://graph.microsoft.com/.default"
GRAPH = "00000003-0000-0000-c000-000000000000"
DIRECTORY_READ_ALL = "7ab1d382-f21e-4acd-a863-ba3e13f7da61"


class Interop(unittest.IsolatedAsyncioTestCase):
    """One sandbox for each test, and the clients that it asks for."""

    def sandbox(self, *options, faults=None):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        if faults is not None:
            (folder / "faults.json").write_text(json.dumps({"schema": "poolwright.faults/1", "rules": faults}))
            options = [*options, "--faults", folder / "faults.json"]
        started = Sandbox(folder / "sandbox", *options)
        self.addCleanup(started.stop)
        started.facts = json.loads((started.folder / "dir" / "ready.json").read_text())
        # httpx and requests read these whenever they open a session.
        os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = started.ca_file
        return started

    def by_secret(self, sandbox, client_id=None, secret=None):
        return azure.identity.ClientSecretCredential(
            TENANT, client_id or sandbox.client_id, secret or sandbox.client_secret, authority=sandbox.url,
            disable_instance_discovery=True)

    def graph(self, sandbox, credential=None):
        """A Graph client of Microsoft's, with all of its usual middleware."""
        provider = AzureIdentityAuthenticationProvider(credential or self.by_secret(sandbox), scopes=[SCOPE],
                                                       allowed_hosts=["localhost"])
        adapter = GraphRequestAdapter(provider)
        adapter.base_url = sandbox.url + "/v1.0"
        return GraphServiceClient(request_adapter=adapter)

    def stats(self, sandbox):
        return requests.get(sandbox.url + "/sandbox/stats", timeout=60).json()

    def counted(self, sandbox, route):
        return self.stats(sandbox)["requests"].get(route, {})


class Authority(Interop):
    def test_discovery_documents(self):
        sandbox = self.sandbox()
        instance = requests.get(sandbox.url + "/common/discovery/instance?api-version=1.1&authorization_endpoint="
                                f"{sandbox.url}/{TENANT}/oauth2/v2.0/authorize", timeout=60).json()
        self.assertEqual(instance["metadata"][0]["preferred_network"], sandbox.url.removeprefix("https://"))
        for tenant in (TENANT, "contoso.example", "common", "organizations"):
            found = requests.get(f"{sandbox.url}/{tenant}/v2.0/.well-known/openid-configuration", timeout=60).json()
            self.assertTrue(found["token_endpoint"].startswith(sandbox.url), found)
        self.assertIsNotNone(self.by_secret(sandbox).get_token(SCOPE).token)
        # The library read the document by itself, then asked for the token once.
        self.assertEqual(self.counted(sandbox, "GET /{tenant}/v2.0/.well-known/openid-configuration")["200"], 5)
        self.assertEqual(self.counted(sandbox, "POST /{tenant}/oauth2/v2.0/token"), {"200": 1})

    def test_token_by_secret_from_the_environment(self):
        sandbox = self.sandbox()
        given = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": sandbox.client_id,
                 "AZURE_CLIENT_SECRET": sandbox.client_secret, "AZURE_AUTHORITY_HOST": sandbox.url}
        with unittest.mock.patch.dict(os.environ, given):
            credential = azure.identity.EnvironmentCredential(disable_instance_discovery=True)
        token = credential.get_token(SCOPE)
        self.assertEqual(credential.get_token(SCOPE).token, token.token)
        self.assertEqual(self.counted(sandbox, "POST /{tenant}/oauth2/v2.0/token"), {"200": 1})

    def test_wrong_secret(self):
        sandbox = self.sandbox()
        with self.assertRaisesRegex(ClientAuthenticationError, "AADSTS7000215: Invalid client secret provided"):
            self.by_secret(sandbox, secret="wrong").get_token(SCOPE)
        self.assertEqual(self.counted(sandbox, "POST /{tenant}/oauth2/v2.0/token"), {"401": 1})

    def test_token_by_certificate(self):
        sandbox = self.sandbox()
        for chain in (False, True):
            with self.subTest(send_certificate_chain=chain):
                credential = azure.identity.CertificateCredential(
                    TENANT, sandbox.client_id, sandbox.facts["client_certificate_file"], authority=sandbox.url,
                    disable_instance_discovery=True, send_certificate_chain=chain)
                self.assertTrue(credential.get_token(SCOPE).token)
        self.assertEqual(self.counted(sandbox, "POST /{tenant}/oauth2/v2.0/token"), {"200": 2})

    def test_token_by_certificate_that_nobody_registered(self):
        sandbox, other = self.sandbox(), self.sandbox("--seed", "2")
        os.environ["REQUESTS_CA_BUNDLE"] = sandbox.ca_file
        credential = azure.identity.CertificateCredential(
            TENANT, sandbox.client_id, other.facts["client_certificate_file"], authority=sandbox.url,
            disable_instance_discovery=True)
        with self.assertRaisesRegex(ClientAuthenticationError, "AADSTS700027.*The key was not found"):
            credential.get_token(SCOPE)

    def test_token_by_workload_identity(self):
        sandbox = self.sandbox()
        credential = azure.identity.WorkloadIdentityCredential(
            tenant_id=TENANT, client_id=sandbox.client_id, token_file_path=sandbox.facts["federated_token_file"],
            authority=sandbox.url, disable_instance_discovery=True)
        self.assertTrue(credential.get_token(SCOPE).token)
        self.assertEqual(self.counted(sandbox, "POST /{tenant}/oauth2/v2.0/token"), {"200": 1})


class Directory(Interop):
    async def test_application_from_birth_to_grave(self):
        sandbox = self.sandbox()
        graph = self.graph(sandbox)
        made = await graph.applications.post(Application(
            display_name="Backup 1", unique_name="backup-1", tags=["poolwright", "poolwright:pool=exchange"],
            sign_in_audience="AzureADMyOrg", password_credentials=[PasswordCredential(display_name="first")]))
        self.assertEqual((made.display_name, made.unique_name), ("Backup 1", "backup-1"))
        self.assertEqual(made.password_credentials[0].display_name, "first")
        self.assertIsNotNone(made.created_date_time.tzinfo)
        app = graph.applications.by_application_id(made.id)

        principal = await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
        resource = await graph.service_principals_with_app_id(GRAPH).get()
        role = next(each for each in resource.app_roles if each.value == "Directory.Read.All")
        self.assertEqual(str(role.id), DIRECTORY_READ_ALL)
        grants = graph.service_principals.by_service_principal_id(principal.id).app_role_assignments
        granted = await grants.post(AppRoleAssignment(principal_id=principal.id, resource_id=resource.id,
                                                      app_role_id=role.id))
        self.assertEqual(granted.principal_display_name, "Backup 1")
        with self.assertRaises(ODataError) as again:
            await grants.post(AppRoleAssignment(principal_id=principal.id, resource_id=resource.id,
                                                app_role_id=role.id))
        self.assertIn(again.exception.response_status_code, (400, 409))
        self.assertEqual([each.id for each in (await grants.get()).value], [granted.id])

        second = await app.add_password.post(AddPasswordPostRequestBody(
            password_credential=PasswordCredential(display_name="second")))
        self.assertTrue(second.secret_text.startswith(second.hint))
        self.assertTrue(self.by_secret(sandbox, made.app_id, second.secret_text).get_token(SCOPE).token)
        await app.remove_password.post(RemovePasswordPostRequestBody(key_id=second.key_id))
        left = await app.get()
        self.assertEqual([each.display_name for each in left.password_credentials], ["first"])
        self.assertIsNone(left.password_credentials[0].secret_text)

        await app.patch(Application(notes="kept by a test"))
        self.assertEqual((await app.get()).notes, "kept by a test")
        await app.delete()
        with self.assertRaises(ODataError) as gone:
            await app.get()
        self.assertEqual(gone.exception.error.code, "Request_ResourceNotFound")
        self.assertTrue(gone.exception.error.inner_error.request_id)
        stats = self.stats(sandbox)
        self.assertEqual(stats["requests"]["POST /applications"], {"201": 1})
        self.assertEqual((stats["applications"], stats["overlapping_writes"], stats["throttled"]), (0, 0, 0))

    async def test_pages_filters_and_counts(self):
        sandbox = self.sandbox()
        graph = self.graph(sandbox)
        for i in range(23):
            await graph.applications.post(Application(display_name=f"Backup {i:02}", unique_name=f"backup-{i:02}",
                                                      tags=["even" if i % 2 == 0 else "odd"]))
        query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters

        async def names(**parameters):
            headers = HeadersCollection()
            if parameters.pop("eventual", False):
                headers.add("ConsistencyLevel", "eventual")
            page = await graph.applications.get(RequestConfiguration(query_parameters=query(**parameters),
                                                                     headers=headers))
            found = []
            while True:
                found += [each.display_name for each in page.value]
                if page.odata_next_link is None:
                    return found
                page = await graph.applications.with_url(page.odata_next_link).get()

        everything = [f"Backup {i:02}" for i in range(23)]
        self.assertEqual(await names(top=3), everything)
        self.assertEqual(await names(top=5, select=["displayName", "id"]), everything)
        self.assertEqual(await names(filter="displayName eq 'Backup 07'"), ["Backup 07"])
        self.assertEqual(await names(filter="uniqueName eq 'backup-08'"), ["Backup 08"])
        self.assertEqual(await names(filter="startswith(displayName,'Backup 1')", top=4), everything[10:20])
        self.assertEqual(await names(filter="tags/any(t:t eq 'odd')"), everything[1::2])
        self.assertEqual(await names(filter="displayName ne 'Backup 07'", count=True, eventual=True, top=50),
                         everything[:7] + everything[8:])
        with self.assertRaises(ODataError) as refused:
            await names(filter="displayName ne 'Backup 07'")
        self.assertEqual(refused.exception.error.code, "Request_UnsupportedQuery")
        with self.assertRaises(ODataError):
            await names(select=["nonsense"])

        # In one page: msgraph-core's iterator ends at an empty page, though Graph may send one before the last.
        page = await graph.applications.get(RequestConfiguration(query_parameters=query(top=50)))
        iterated = []
        await PageIterator(page, graph.request_adapter).iterate(
            lambda each: iterated.append(each.display_name) or True)
        self.assertEqual(iterated, everything)

        headers = HeadersCollection()
        headers.add("ConsistencyLevel", "eventual")
        self.assertEqual(await graph.applications.count.get(RequestConfiguration(headers=headers)), 23)

    async def test_certificate_of_an_application(self):
        sandbox, other = self.sandbox(), self.sandbox("--seed", "2")
        os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = sandbox.ca_file
        pem = pathlib.Path(other.facts["client_certificate_file"])
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding
        der = x509.load_pem_x509_certificate(pem.read_bytes()).public_bytes(Encoding.DER)

        graph = self.graph(sandbox)
        made = await graph.applications.post(Application(display_name="Backup 1"))
        await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
        app = graph.applications.by_application_id(made.id)
        await app.patch(Application(key_credentials=[
            KeyCredential(type="AsymmetricX509Cert", usage="Verify", key=der, display_name="poolwright")]))
        self.assertIsNone((await app.get()).key_credentials[0].key)
        query = ApplicationItemRequestBuilder.ApplicationItemRequestBuilderGetQueryParameters(
            select=["id", "keyCredentials"])
        shown = await app.get(RequestConfiguration(query_parameters=query))
        self.assertEqual(shown.key_credentials[0].key, der)
        credential = azure.identity.CertificateCredential(TENANT, made.app_id, str(pem), authority=sandbox.url,
                                                          disable_instance_discovery=True)
        self.assertTrue(credential.get_token(SCOPE).token)

    async def test_federated_credential_of_an_application(self):
        sandbox = self.sandbox()
        graph = self.graph(sandbox)
        made = await graph.applications.post(Application(display_name="Backup 1"))
        await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
        trusted = graph.applications.by_application_id(made.id).federated_identity_credentials
        credential = azure.identity.WorkloadIdentityCredential(
            tenant_id=TENANT, client_id=made.app_id, token_file_path=sandbox.facts["federated_token_file"],
            authority=sandbox.url, disable_instance_discovery=True)
        with self.assertRaisesRegex(ClientAuthenticationError, "AADSTS700211"):
            credential.get_token(SCOPE)
        added = await trusted.post(FederatedIdentityCredential(
            name="here", issuer="https://issuer.sandbox.example", subject="poolwright:provisioning:1",
            audiences=["api://AzureADTokenExchange"]))
        self.assertTrue(credential.get_token(SCOPE).token)
        self.assertEqual([each.name for each in (await trusted.get()).value], ["here"])
        await trusted.by_federated_identity_credential_id(added.id).delete()
        self.assertEqual((await trusted.get()).value, [])

    async def test_batch(self):
        sandbox = self.sandbox()
        graph = self.graph(sandbox)
        first = await graph.applications.post(Application(display_name="Backup 1"))
        asked = {
            "read": graph.applications.by_application_id(first.id).to_get_request_information(),
            "make": graph.applications.to_post_request_information(Application(display_name="Backup 2")),
            "none": graph.applications.by_application_id(TENANT).to_get_request_information(),
            "patch": graph.applications.by_application_id(first.id).to_patch_request_information(
                Application(notes="by a batch")),
        }
        content = BatchRequestContent()
        for name, information in asked.items():
            # Items are relative to the version; msgraph-core would write the whole address.
            information.path_parameters["baseurl"] = ""
            content.add_request(name, BatchRequestItem(information, id=name))
        answered = await graph.batch.post(content)
        self.assertEqual(answered.get_response_status_codes(), {"read": 200, "make": 201, "none": 404, "patch": 204})
        # Bodies that are objects are lost in msgraph-core; the tests in JavaScript look at them.
        self.assertIn("x-ms-resource-unit", answered.get_response_by_id("read").headers)
        self.assertEqual((await graph.applications.by_application_id(first.id).get()).notes, "by a batch")
        self.assertEqual(self.counted(sandbox, "POST /$batch"), {"200": 1})
        self.assertEqual(self.counted(sandbox, "POST /applications"), {"201": 2})

    async def test_retry_after_throttling(self):
        sandbox = self.sandbox(faults=[
            {"route": "POST /applications", "nth": 1, "effect": "status", "status": 429, "retry_after": "1"},
            {"route": "GET /applications/{id}", "nth": 1, "effect": "status", "status": 503, "retry_after": "1"}])
        graph = self.graph(sandbox)
        made = await graph.applications.post(Application(display_name="Backup 1"))
        self.assertEqual((await graph.applications.by_application_id(made.id).get()).display_name, "Backup 1")
        stats = self.stats(sandbox)
        self.assertEqual(stats["requests"]["POST /applications"], {"201": 1, "429": 1})
        self.assertEqual(stats["requests"]["GET /applications/{id}"], {"200": 1, "503": 1})
        self.assertEqual((stats["applications"], stats["throttled"], stats["early_calls"]), (1, 1, 0))


if __name__ == "__main__":
    # What the libraries say about refusals that are expected here, and about slow machines, is no news.
    logging.disable(logging.ERROR)
    unittest.main(verbosity=2)
