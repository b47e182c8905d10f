package config

import (
	"encoding/hex"
	"fmt"
	"net/url"
)

// validateAccess checks who may use the interface and how it is served. Whether a
// role exists is checked where roles are known, when the node starts.
func (c Config) validateAccess(p *problems) {
	tls := c.API.TLS
	p.add("api.tls.key", (tls.Cert == "") == (tls.Key == ""), "give cert and key, or neither")
	p.add("api.tls.client_ca", tls.ClientCA == "" || tls.Cert != "", "needs api.tls.cert and api.tls.key")
	p.add("api.origin", c.API.Origin == "" || isOrigin(c.API.Origin, tls.Cert == ""), "%q: give https://host or https://host:port in lower case, without a path", c.API.Origin)
	a := c.Access
	p.add("access.certificates", len(a.Certificates) == 0 || tls.ClientCA != "", "need api.tls.client_ca: whose certificates are they?")
	p.add("access.certificates", len(a.Certificates) <= certificatesMax, "%d certificates, at most %d", len(a.Certificates), certificatesMax)
	for i, cert := range a.Certificates[:min(len(a.Certificates), certificatesMax)] {
		key := fmt.Sprintf("access.certificates[%d]", i)
		p.add(key+".name", cert.Name != "", "missing: say what the machine is")
		p.add(key+".roles", len(cert.Roles) > 0 && len(cert.Roles) <= rolesMax, "%d roles, use 1 to %d", len(cert.Roles), rolesMax)
		p.add(key, (cert.SPKI == "") != (cert.URI == ""), "give either spki or uri")
		sum, err := hex.DecodeString(cert.SPKI)
		p.add(key+".spki", cert.SPKI == "" || err == nil && len(sum) == 32, "%q: give 64 hexadecimal digits", cert.SPKI)
	}
	a.OIDC.validate(p)
}

func (o OIDC) validate(p *problems) {
	if o.Issuer == "" {
		p.add("access.oidc.client_id", o.ClientID == "", "needs access.oidc.issuer")
		p.add("access.oidc.groups", len(o.Groups) == 0, "need access.oidc.issuer")
		return
	}
	u, err := url.Parse(o.Issuer)
	local := err == nil && u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1")
	p.add("access.oidc.issuer", err == nil && u.Host != "" && u.RawQuery == "" && u.Fragment == "" && (u.Scheme == "https" || local), "%q: give the provider's https:// address", o.Issuer)
	p.add("access.oidc.client_id", o.ClientID != "", "missing: the provider gave it when this node was registered there")
	p.add("access.oidc.groups_claim", o.GroupsClaim != "", "missing: name the claim that lists the groups")
	p.add("access.oidc.groups", len(o.Groups) <= groupsMax, "%d groups, at most %d", len(o.Groups), groupsMax)
	for i, g := range o.Groups[:min(len(o.Groups), groupsMax)] {
		p.add(fmt.Sprintf("access.oidc.groups[%d]", i), g.Group != "" && g.Role != "", "give group and role")
	}
}

// isOrigin tells whether a text is an origin that browsers treat as safe.
func isOrigin(s string, plain bool) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme+"://"+u.Host != s || !isHost(u.Hostname()) {
		return false
	}
	return u.Scheme == "https" || plain && u.Scheme == "http" && u.Hostname() == "localhost"
}
