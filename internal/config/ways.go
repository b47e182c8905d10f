package config

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Inlet is where files of one partner come in.
type Inlet struct {
	// What it is called, here and in every list.
	Name string `yaml:"name"`

	// The hosted organisation that it belongs to; empty for the node's own.
	Org string `yaml:"org"`

	// The organisation or the GLN that its files are from; empty when they are of many.
	Partner string `yaml:"partner"`

	// The whole path of the folder.
	Folder string `yaml:"folder"`

	// An SFTP server, as host:port.
	SFTP string `yaml:"sftp"`

	// The whole path of the folder on it.
	Path string `yaml:"path"`

	// The name of the credential for it.
	Credential string `yaml:"credential"`

	// Whether the partner's program leaves its files here, over HTTPS.
	Deposit bool `yaml:"deposit"`

	// Seconds between two looks; 0 for 30, of a server 300.
	EverySeconds int `yaml:"every_seconds"`

	// What becomes of a file that was taken: of a folder's move (to the folder done
	// beside it) or delete, empty for move; of a server's leave, rename or delete, empty
	// for leave.
	After string `yaml:"after"`
}

// Credential is how this node shows one server who it is.
type Credential struct {
	// What it is called, here and in the address book's routes.
	Name string `yaml:"name"`

	// The hosted organisation that it belongs to; empty for the node's own.
	Org string `yaml:"org"`

	// The only host:port that it is shown to.
	Host string `yaml:"host"`

	// The user at an SFTP server.
	User string `yaml:"user"`

	// The file of the private key: of the user at an SFTP server, or of cert_file.
	KeyFile string `yaml:"key_file"`

	// The file of the password at an SFTP server.
	PasswordFile string `yaml:"password_file"`

	// The SFTP server's key, as SHA256:... in base64.
	HostKey string `yaml:"host_key"`

	// The file of the bearer token for an HTTPS server.
	TokenFile string `yaml:"token_file"`

	// The file of the certificate that an HTTPS server is shown which asks for one, as
	// PEM with its chain. A new one counts from the next connection.
	CertFile string `yaml:"cert_file"`

	// The file with the authorities of an HTTPS server's certificate, as PEM; empty for
	// the system's.
	CAFile string `yaml:"ca_file"`

	// How a document is given to an HTTPS server: post to the route's address, or put
	// under it; empty for post.
	Method string `yaml:"method"`
}

// Outlet is a folder into which documents for partners may go.
type Outlet struct {
	// What it is called.
	Name string `yaml:"name"`

	// The hosted organisation that it belongs to; empty for the node's own.
	Org string `yaml:"org"`

	// The whole path of the folder.
	Folder string `yaml:"folder"`
}

func (w Ways) validate(p *problems) {
	p.add("ways.inlets", len(w.Inlets) <= inletsMax, "%d inlets, at most %d", len(w.Inlets), inletsMax)
	for i, in := range w.Inlets[:min(len(w.Inlets), inletsMax)] {
		key := fmt.Sprintf("ways.inlets[%d]", i)
		p.wayName(key, in.Name, in.Org)
		first := slices.IndexFunc(w.Inlets, func(other Inlet) bool { return other.Name == in.Name && other.Org == in.Org })
		p.add(key+".name", first == i, "the same as ways.inlets[%d].name: give each inlet a name of its own", first)
		p.add(key+".partner", in.Partner == "" || isName(in.Partner), "%q: give the id of an organisation, or a GLN", in.Partner)
		p.add(key+".every_seconds", in.EverySeconds == 0 || inletEveryMin <= in.EverySeconds && in.EverySeconds <= inletEveryMax,
			"%d: use %d to %d", in.EverySeconds, inletEveryMin, inletEveryMax)
		w.validatePlace(p, key, i)
	}
	w.validateCredentials(p)
	p.add("ways.outlets", len(w.Outlets) <= outletsMax, "%d outlets, at most %d", len(w.Outlets), outletsMax)
	for i, out := range w.Outlets[:min(len(w.Outlets), outletsMax)] {
		key := fmt.Sprintf("ways.outlets[%d]", i)
		p.wayName(key, out.Name, out.Org)
		p.folder(key+".folder", out.Folder)
		same := slices.IndexFunc(w.Outlets, func(other Outlet) bool { return other.Folder == out.Folder })
		p.add(key+".folder", same == i, "the same as ways.outlets[%d].folder: each folder is one outlet's", same)
		p.add(key+".folder", !slices.ContainsFunc(w.Inlets, func(in Inlet) bool { return in.Folder == out.Folder }), "%q: it is an inlet's too, so what goes out would come in", out.Folder)
	}
}

// validatePlace checks where an inlet looks.
func (w Ways) validatePlace(p *problems, key string, i int) {
	in := w.Inlets[i]
	switch {
	case in.Folder != "" && in.SFTP == "" && !in.Deposit:
		p.folder(key+".folder", in.Folder)
		same := slices.IndexFunc(w.Inlets, func(other Inlet) bool { return other.Folder == in.Folder })
		p.add(key+".folder", same == i, "the same as ways.inlets[%d].folder: each folder is one inlet's", same)
		p.oneOf(key+".after", in.After, "", "move", "delete")
	case in.SFTP != "" && in.Folder == "" && !in.Deposit:
		p.address(key+".sftp", in.SFTP, mustNameHost)
		p.add(key+".path", path.IsAbs(in.Path) && path.Clean(in.Path) == in.Path, "%q: give the whole path of the folder on the server", in.Path)
		p.oneOf(key+".after", in.After, "", "leave", "rename", "delete")
		at := slices.IndexFunc(w.Credentials, func(c Credential) bool { return c.Name == in.Credential && c.Org == in.Org })
		p.add(key+".credential", at >= 0, "%q: name one of ways.credentials, of the same organisation", in.Credential)
		p.add(key+".credential", at < 0 || w.Credentials[at].Host == in.SFTP, "%q: it is for another host", in.Credential)
		p.add(key+".credential", at < 0 || w.Credentials[at].HostKey != "", "%q: it names no host_key, by which the server is known", in.Credential)
	default:
		p.add(key, in.Deposit && in.Folder == "" && in.SFTP == "", "give one of folder, sftp and deposit: true")
		p.add(key+".after", in.After == "", "%q: nothing stays of what is left", in.After)
	}
}

var fingerprint = regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}$`)

func (w Ways) validateCredentials(p *problems) {
	p.add("ways.credentials", len(w.Credentials) <= credentialsMax, "%d credentials, at most %d", len(w.Credentials), credentialsMax)
	for i, c := range w.Credentials[:min(len(w.Credentials), credentialsMax)] {
		key := fmt.Sprintf("ways.credentials[%d]", i)
		p.wayName(key, c.Name, c.Org)
		first := slices.IndexFunc(w.Credentials, func(other Credential) bool { return other.Name == c.Name && other.Org == c.Org })
		p.add(key+".name", first == i, "the same as ways.credentials[%d].name: give each credential a name of its own", first)
		p.address(key+".host", c.Host, mustNameHost)
		p.oneOf(key+".method", c.Method, "", "post", "put")
		p.add(key+".host_key", c.HostKey == "" || fingerprint.MatchString(c.HostKey), "%q: give the server's key as SHA256:..., as ssh-keygen -l prints it", c.HostKey)
		p.add(key, c.CertFile == "" || c.KeyFile != "" && c.HostKey == "" && c.User == "", "give key_file with cert_file, and neither user nor host_key: a certificate is for an HTTPS server")
		p.add(key, c.HostKey == "" || c.User != "" && (c.KeyFile == "") != (c.PasswordFile == ""), "give user, and key_file or password_file, for an SFTP server")
	}
}

func (p *problems) wayName(key, name, org string) {
	p.add(key+".name", name != "" && len(name) <= orgCharsMax && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == "",
		"%q: use 1 to %d lower-case letters, digits and hyphens", name, orgCharsMax)
	p.add(key+".org", org == "" || isName(org), "%q: give the id of an organisation that the node hosts, or leave it out", org)
}

func (p *problems) folder(key, dir string) {
	p.add(key, filepath.IsAbs(dir) && filepath.Clean(dir) == dir, "%q: give the whole path of the folder", dir)
}
