package partnerview

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pedigree/domain/org"
	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/ledger"
)

// resolveWait is how long a route's host may take to be found when it is saved.
const resolveWait = 5 * time.Second

// Reach says to which addresses this node may connect.
type Reach interface {
	Allows(a netip.Addr) error
}

var (
	routePurposes = []string{"ti", "exceptions"}
	// schemes are those of the addresses of the ways that have a URL.
	schemes = map[string]string{"https": "https", "capture": "https", "sftp": "sftp"}
)

// check refuses a route whose parts don't fit together. Where its address leads is
// judged by leads.
func (r Route) check() error {
	if !slices.Contains(routePurposes, r.Purpose) {
		return invalid("a route is for ti or exceptions, not for %q", r.Purpose)
	}
	if !slices.Contains(dscsa.Versions, r.Format) {
		return invalid("the route for %s: there is no format %q; it is R1.2, R1.3, EPCIS2.0 or EPCIS2.0-XML", r.Purpose, r.Format)
	}
	if len(r.Address) > addressMax {
		return limited("the route for %s: its address has %d bytes, more than %d", r.Purpose, len(r.Address), addressMax)
	}
	if err := texts("route for "+r.Purpose, r.Credential); err != nil {
		return err
	}
	if !name(r.Credential) {
		return invalid("the route for %s: a credential is named by letters, digits, dots and hyphens as the configuration names it; the secret itself is never written here", r.Purpose)
	}
	switch r.Way {
	case "node":
		return org.CheckID(r.Address)
	case "https", "capture", "sftp":
		if r.Way == "capture" && r.Purpose != "ti" {
			return invalid("the route for %s: a capture interface takes events, which an exception message isn't", r.Purpose)
		}
		_, err := r.host()
		return err
	case "folder":
		if !filepath.IsAbs(r.Address) || r.Address != filepath.Clean(r.Address) || strings.ContainsRune(r.Address, 0) {
			return invalid("the route for %s: write the folder with its whole path, not %q", r.Purpose, r.Address)
		}
		return nil
	case "hand":
		if r.Address != "" {
			return invalid("the route for %s: what is carried by hand has no address", r.Purpose)
		}
		return nil
	}
	return invalid("the route for %s: there is no way %q; the ways are node, https, capture, sftp, folder and hand", r.Purpose, r.Way)
}

func name(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_'
	})
}

// host reads the host of an address that is a URL of the way's own scheme.
func (r Route) host() (string, error) {
	u, err := url.Parse(r.Address)
	if err != nil || u.Scheme != schemes[r.Way] || u.Hostname() == "" || u.Opaque != "" {
		return "", invalid("the route for %s: write its address as %s://host/path", r.Purpose, schemes[r.Way])
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", invalid("the route for %s: its address has a user, a query or a fragment, where a secret could stand; name a credential of the configuration instead", r.Purpose)
	}
	return u.Hostname(), nil
}

// leads refuses an address that leads to where no partner is. A name that can't be
// resolved now is kept: it is judged again each time it is dialled.
func (b *Book) leads(ctx context.Context, r Route) error {
	if schemes[r.Way] == "" {
		return nil
	}
	host, err := r.host()
	if err != nil {
		return err
	}
	for _, a := range b.addresses(ctx, host) {
		if err := b.reach.Allows(a); err != nil {
			return api.Coded(fmt.Errorf("the route for %s: %w", r.Purpose, err), ledger.Denied, "partner/private-route")
		}
	}
	return nil
}

// addresses are where a host leads, as far as that can be told now.
func (b *Book) addresses(ctx context.Context, host string) []netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}
	}
	ctx, cancel := context.WithTimeout(ctx, resolveWait)
	defer cancel()
	found, err := b.resolve(ctx, host)
	if err != nil {
		return nil
	}
	return found
}

// resolve asks the system for a host's addresses.
func resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	for i, a := range found {
		found[i] = a.Unmap() // as they are dialled
	}
	return found, err
}
