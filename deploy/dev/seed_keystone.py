"""Makes the accounts and the catalog that deploy/dev/openstack.sh promises, in a Keystone that was just bootstrapped.

usage: VIGIL_DEV_PASSWORD=... seed_keystone.py KEYSTONE_URL REGION TYPE=URL ...

Only the standard library is needed. What exists is left as it is; an endpoint whose address changed is corrected.
"""
import json
import os
import sys
import urllib.request

DEFAULT_DOMAIN = "default"
TIMEOUT_S = 60
INTERFACES = ("public", "internal", "admin")
SERVICE_NAMES = {"infra-optim": "vigil", "alarming": "aodh"}

# user: (project, roles). vigil and aodh log in as services do; trigger may post to webhooks and nothing else.
ACCOUNTS = {
    "vigil": ("service", ("admin", "service")),
    "aodh": ("service", ("admin", "service")),
    "operator": ("operations", ("admin", "member")),
    "trigger": ("operations", ("service",)),
    "member": ("operations", ("member", "reader")),
}


class Keystone:
    def __init__(self, url, password):
        self.url = url
        self.token = None
        self.token = self.login(password)

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            text = answer.read()
            self.headers = answer.headers
            return json.loads(text) if text else None

    def login(self, password):
        domain = {"id": DEFAULT_DOMAIN}
        user = {"name": "admin", "domain": domain, "password": password}
        identity = {"methods": ["password"], "password": {"user": user}}
        scope = {"project": {"name": "admin", "domain": domain}}
        self.call("POST", "/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
        return self.headers["X-Subject-Token"]

    def find_or_make(self, kind, name, **members):
        found = self.call("GET", "/%ss?name=%s" % (kind, name))[kind + "s"]
        if found:
            return found[0]["id"]
        return self.call("POST", "/%ss" % kind, {kind: {"name": name, **members}})[kind]["id"]

    def make_account(self, user, project, roles, password):
        project_id = self.find_or_make("project", project, domain_id=DEFAULT_DOMAIN)
        user_id = self.find_or_make(
            "user", user, domain_id=DEFAULT_DOMAIN, password=password, default_project_id=project_id
        )
        for role in roles:
            role_id = self.find_or_make("role", role)
            self.call("PUT", "/projects/%s/users/%s/roles/%s" % (project_id, user_id, role_id))

    def set_endpoints(self, service_type, url, region):
        services = self.call("GET", "/services?type=" + service_type)["services"]
        service = {"type": service_type, "name": SERVICE_NAMES.get(service_type, service_type)}
        service_id = services[0]["id"] if services else self.call("POST", "/services", {"service": service})["service"]["id"]
        present = {e["interface"]: e for e in self.call("GET", "/endpoints?service_id=" + service_id)["endpoints"]}
        for interface in INTERFACES:
            wanted = {"service_id": service_id, "interface": interface, "region_id": region, "url": url}
            if interface not in present:
                self.call("POST", "/endpoints", {"endpoint": wanted})
            elif present[interface]["url"] != url:
                self.call("PATCH", "/endpoints/" + present[interface]["id"], {"endpoint": {"url": url}})


def main():
    url, region, *catalog = sys.argv[1:]
    password = os.environ["VIGIL_DEV_PASSWORD"]
    keystone = Keystone(url, password)
    for user, (project, roles) in ACCOUNTS.items():
        keystone.make_account(user, project, roles, password)
    for entry in catalog:
        service_type, address = entry.split("=", 1)
        keystone.set_endpoints(service_type, address, region)


main()
