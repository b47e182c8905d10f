package courier_test

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/internal/courier"
	"pedigree/internal/courier/couriertest"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
)

// said is a trial in a line: the words of its steps.
func said(t courier.Trial) string {
	var words []string
	for _, s := range t.Steps {
		words = append(words, s.Name+" "+s.Word)
	}
	return strings.Join(words, ", ")
}

// check holds a trial against what is expected of it. A step that says no has to say
// what to do.
func check(t *testing.T, got courier.Trial, want, text string) {
	t.Helper()
	all := ""
	for _, s := range got.Steps {
		all += s.Text + "\n"
		if s.Word == courier.StepNo && s.Next == "" && s.Name != "folder" { // a folder's text says it
			t.Errorf("%+v says not what to do", s)
		}
	}
	if said(got) != want || !strings.Contains(all, text) || got.Works == strings.Contains(want, " no") {
		t.Errorf("works %v: %s\n%swant %s, with %q", got.Works, said(got), all, want, text)
	}
}

// reached is a config with all that a way needs, for a reach.
func reached(c courier.Credential, reach exchange.Reach) courier.Config {
	config := credentials(c)
	config.Allows = reach.Allows
	return config
}

func TestAnInletIsLookedAtAndNothingIsTaken(t *testing.T) {
	dir, remote := t.TempDir(), t.TempDir()
	write(t, remote, "asn.xml", "<a/>")
	write(t, dir, "asn.xml", "<a/>")
	s := couriertest.NewSFTP(t, couriertest.SFTP{Dir: remote})
	other := s.Credential()
	other.HostKey = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
	stranger := s.Credential()
	stranger.KeyFile = couriertest.NewSFTP(t, couriertest.SFTP{Dir: remote}).Credential().KeyFile
	config := reached(s.Credential(), loopback)
	server := func(name string, c courier.Credential, path string) courier.Inlet {
		return courier.Inlet{Name: name, SFTP: s.Addr, Path: path, Credential: c, Every: time.Hour}
	}
	config.Inlets = []courier.Inlet{
		{Name: "drop", Folder: dir, Every: time.Hour},
		{Name: "gone", Folder: dir + "/gone", Every: time.Hour},
		{Name: "left", Deposit: true},
		server("server", s.Credential(), remote), server("other-key", other, remote), server("stranger", stranger, remote), server("no-folder", s.Credential(), remote+"/gone"),
	}
	config.Outlets = []courier.Outlet{{Name: "out", Folder: dir}, {Name: "out-gone", Folder: dir + "/gone"}}
	p := newPost(t, loopback, config)
	for _, test := range []struct{ name, want, text string }{
		{"drop", "folder ok", ""},
		{"gone", "folder no", "isn't there"},
		{"left", "interface unknown", "shows with the first one"},
		{"out", "folder ok", ""},
		{"out-gone", "folder no", "isn't there"},
		{"server", "address ok, connection ok, server ok, login ok, folder ok", "1 files and folders are in it; none was taken"},
		{"other-key", "address ok, connection ok, server no", "another key than pedigree.yaml names"},
		{"stranger", "address ok, connection ok, server ok, login no", "couldn't log in"},
		{"no-folder", "address ok, connection ok, server ok, login ok, folder no", "couldn't list"},
	} {
		got, err := p.Try(t.Context(), test.name)
		if err != nil {
			t.Fatal(err)
		}
		check(t, got, test.want, test.text)
	}
	if _, err := p.Try(t.Context(), "none"); !errors.Is(err, vault.ErrNotFound) {
		t.Error(err)
	}
	for _, folder := range []string{dir, remote} {
		if list, err := os.ReadDir(folder); err != nil || len(list) != 1 || list[0].Name() != "asn.xml" {
			t.Errorf("%v, %v", list, err)
		}
	}
}

func TestARouteIsLookedAlongAndNothingIsSent(t *testing.T) {
	remote, out := t.TempDir(), t.TempDir()
	s := couriertest.NewSFTP(t, couriertest.SFTP{Dir: remote})
	config := reached(s.Credential(), loopback)
	config.Outlets = []courier.Outlet{{Name: "out", Folder: out}}
	config.Node = &node{}
	p := newPost(t, loopback, config)
	for _, test := range []struct {
		to   courier.Posting
		want string
		text string
	}{
		{courier.Posting{Way: courier.WaySFTP, Address: "sftp://" + s.Addr + remote, Credential: "w"}, "configuration ok, address ok, connection ok, server ok, login ok, folder ok, format unknown", ""},
		{courier.Posting{Way: courier.WaySFTP, Address: "sftp://" + s.Addr + remote + "/gone", Credential: "w"}, "configuration ok, address ok, connection ok, server ok, login ok, folder no", "not exist"},
		{courier.Posting{Way: courier.WaySFTP, Address: "sftp://" + s.Addr + remote, Credential: "none"}, "configuration no", "no credential"},
		{courier.Posting{Way: courier.WayFolder, Address: out}, "configuration ok, folder ok", ""},
		{courier.Posting{Way: courier.WayFolder, Address: "/etc"}, "configuration no", "none of ways.outlets"},
		{courier.Posting{Way: courier.WayNode, Address: "maker"}, "configuration ok, mailbox ok", "maker has one"},
		{courier.Posting{Way: courier.WayHand}, "configuration ok, interface ok", "a person carries"},
	} {
		check(t, p.TryRoute(t.Context(), "route", test.to), test.want, test.text)
	}
	for _, folder := range []string{out, remote} {
		if list, err := os.ReadDir(folder); err != nil || len(list) != 0 {
			t.Errorf("%v, %v", list, err)
		}
	}
}

// Try implements courier.Trier.
func (n *node) Try(_ context.Context, address string) []courier.Step {
	return []courier.Step{{Name: "mailbox", Word: courier.StepOK, Text: address + " has one"}}
}

func TestAWebServerIsLookedAtStepByStep(t *testing.T) {
	s, address, c := newRepository(t)
	answers := func(status int, header ...string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			return true
		}
	}
	const reach = "configuration ok, address ok, connection ok, server ok, "
	bare := c
	bare.CAFile = ""
	noToken := c
	noToken.TokenFile += ".gone"
	for _, test := range []struct {
		name   string
		way    string
		format string
		c      courier.Credential
		reach  exchange.Reach
		answer func(http.ResponseWriter, *http.Request) bool
		want   string
		text   string
	}{
		{"a repository of this version", courier.WayCapture, "EPCIS2.0", c, loopback, answers(204, "GS1-EPCIS-Version", "2.0.0, 1.2"), reach + "interface ok, format ok", "it takes EPCIS 2.0.0, 1.2"},
		{"of another one", courier.WayCapture, "R1.3", c, loopback, answers(204, "GS1-EPCIS-Version", "2.0.0"), reach + "interface ok, format no", "the route's format is R1.3"},
		{"that doesn't say which", courier.WayCapture, "EPCIS2.0", c, loopback, answers(200), reach + "interface ok, format unknown", ""},
		{"that describes nothing", courier.WayCapture, "EPCIS2.0", c, loopback, answers(405), reach + "interface unknown", "(405)"},
		{"an address that is none", courier.WayCapture, "EPCIS2.0", c, loopback, answers(404), reach + "interface no", "404"},
		{"a token that nobody knows", courier.WayCapture, "EPCIS2.0", c, loopback, answers(401), reach + "login no", "401"},
		{"a redirect", courier.WayHTTPS, "R1.3", c, loopback, answers(301, "Location", "https://169.254.169.254/"), reach + "interface no", "no redirect is followed"},
		{"a plain server", courier.WayHTTPS, "R1.3", c, loopback, answers(405), reach + "interface unknown", "shows with the first one"},
		{"with nothing there", courier.WayHTTPS, "R1.3", c, loopback, answers(404), reach + "interface no", "nothing is at this address"},
		{"an authority that nobody knows", courier.WayHTTPS, "R1.3", bare, loopback, nil, "configuration ok, address ok, connection ok, server no", "unknown authority"},
		{"a token that isn't there", courier.WayHTTPS, "R1.3", noToken, loopback, nil, reach + "interface no", "the file of the token isn't there"},
		{"a private address", courier.WayHTTPS, "R1.3", c, exchange.Reach{}, nil, "configuration ok, address no", "not one that a partner can have"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.set(func() { s.instead = test.answer })
			p := newPost(t, test.reach, reached(test.c, test.reach))
			to := courier.Posting{Way: test.way, Address: address, Credential: "w", Format: test.format}
			check(t, p.TryRoute(t.Context(), "route", to), test.want, test.text)
		})
	}
	if slices.ContainsFunc(s.seen, func(r string) bool { return !strings.HasPrefix(r, "OPTIONS ") }) {
		t.Errorf("something was sent: %q", s.seen)
	}
}

func TestATrialSaysThatACertificateIsWanted(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	address, c := askingServer(t, identity(t, dir, now.Add(-time.Hour), now.AddDate(1, 0, 0)))
	to := courier.Posting{Way: courier.WayHTTPS, Address: address, Credential: "w"}
	check(t, newPost(t, loopback, credentials(c)).TryRoute(t.Context(), "route", to), "configuration ok, connection ok, server ok, login no", "asks for a certificate")
	c.CertFile, c.KeyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	check(t, newPost(t, loopback, credentials(c)).TryRoute(t.Context(), "route", to), "configuration ok, connection ok, server ok, interface unknown", "it asks for one of this node's")
}

func TestAHostThatNobodyKnowsOrThatIsDown(t *testing.T) {
	c := courier.Credential{Name: "w", Host: "nobody.invalid:443"}
	p := newPost(t, loopback, reached(c, exchange.Reach{}))
	check(t, p.TryRoute(t.Context(), "route", courier.Posting{Way: courier.WayHTTPS, Address: "https://nobody.invalid/in", Credential: "w"}), "configuration ok, name no", "nobody.invalid")
	down := courier.Credential{Name: "w", Host: "127.0.0.1:1"}
	p = newPost(t, loopback, courier.Config{Credentials: map[string]courier.Credential{"w": down}, Allows: func(a netip.Addr) error { return nil }})
	check(t, p.TryRoute(t.Context(), "route", courier.Posting{Way: courier.WayHTTPS, Address: "https://127.0.0.1:1/in", Credential: "w"}), "configuration ok, address ok, connection no", "refused")
}
