package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pedigree/internal/config"
)

// served is a configuration with TLS, a machine and an identity provider.
func served() config.Config {
	c := valid()
	c.API.TLS = config.TLS{Cert: "cert.pem", Key: "key.pem", ClientCA: "ca.pem"}
	c.API.Origin = "https://node.example"
	c.Access.Certificates = []config.Certificate{{Name: "line 4", Roles: []string{"serialization"}, SPKI: strings.Repeat("a", 64)}}
	c.Access.OIDC = config.OIDC{Issuer: "https://id.example", ClientID: "pedigree", GroupsClaim: "groups", Groups: []config.Group{{Group: "counter", Role: "pharmacist"}}}
	return c
}

func groups(n int) []config.Group {
	list := make([]config.Group, n)
	for i := range list {
		list[i] = config.Group{Group: fmt.Sprint(i), Role: "clerk"}
	}
	return list
}

func TestValidateAccess(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*config.Config)
		want   string
	}{
		{"TLS, machines and people may be configured", func(*config.Config) {}, ""},
		{"a certificate needs its key", func(c *config.Config) { c.API.TLS.Key = "" }, "api.tls.key: "},
		{"client certificates need TLS", func(c *config.Config) { c.API.TLS = config.TLS{ClientCA: "ca.pem"} }, "api.tls.client_ca: "},
		{"machines need an authority", func(c *config.Config) { c.API.TLS.ClientCA = "" }, "access.certificates: "},
		{"an origin has no path", func(c *config.Config) { c.API.Origin = "https://node.example/" }, "api.origin: "},
		{"an origin is https", func(c *config.Config) { c.API.Origin = "http://node.example" }, "api.origin: "},
		{"an origin for trials may be localhost", func(c *config.Config) {
			c.API.TLS, c.Access.Certificates, c.API.Origin = config.TLS{}, nil, "http://localhost:8480"
		}, ""},
		{"an origin is in lower case", func(c *config.Config) { c.API.Origin = "https://Node.example" }, "api.origin: "},
		{"a machine has a name", func(c *config.Config) { c.Access.Certificates[0].Name = "" }, "access.certificates[0].name: "},
		{"a machine has a role", func(c *config.Config) { c.Access.Certificates[0].Roles = nil }, "access.certificates[0].roles: "},
		{"a machine may have 16 roles", func(c *config.Config) { c.Access.Certificates[0].Roles = slices.Repeat([]string{"clerk"}, 16) }, ""},
		{"a machine may not have 17 roles", func(c *config.Config) { c.Access.Certificates[0].Roles = slices.Repeat([]string{"clerk"}, 17) }, "roles: 17"},
		{"a machine is named by its key or its address, not both", func(c *config.Config) { c.Access.Certificates[0].URI = "urn:x" }, "either spki or uri"},
		{"a hash of a key has 64 digits", func(c *config.Config) { c.Access.Certificates[0].SPKI = "aa" }, "access.certificates[0].spki: "},
		{"256 machines are allowed", func(c *config.Config) { c.Access.Certificates = slices.Repeat(c.Access.Certificates, 256) }, ""},
		{"257 machines are not", func(c *config.Config) { c.Access.Certificates = slices.Repeat(c.Access.Certificates, 257) }, "257 certificates"},
		{"a provider is https", func(c *config.Config) { c.Access.OIDC.Issuer = "http://id.example" }, "access.oidc.issuer: "},
		{"a provider has no query", func(c *config.Config) { c.Access.OIDC.Issuer = "https://id.example?x=1" }, "access.oidc.issuer: "},
		{"a provider needs a client id", func(c *config.Config) { c.Access.OIDC.ClientID = "" }, "access.oidc.client_id: "},
		{"a client id needs a provider", func(c *config.Config) { c.Access.OIDC.Issuer, c.Access.OIDC.Groups = "", nil }, "access.oidc.client_id: "},
		{"groups need a claim", func(c *config.Config) { c.Access.OIDC.GroupsClaim = "" }, "access.oidc.groups_claim: "},
		{"a group has a role", func(c *config.Config) { c.Access.OIDC.Groups[0].Role = "" }, "access.oidc.groups[0]: "},
		{"256 groups are allowed", func(c *config.Config) { c.Access.OIDC.Groups = groups(256) }, ""},
		{"257 groups are not", func(c *config.Config) { c.Access.OIDC.Groups = groups(257) }, "257 groups"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := served()
			test.change(&c)
			checkProblem(t, c, test.want)
		})
	}
}
