package courier

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Credential is what a partner's server is shown, and by what it is known. Its secrets
// are in files, which are read when they are used.
type Credential struct {
	Name string
	// Host is the only host:port that it is shown to.
	Host string

	User         string // SFTP
	KeyFile      string // SFTP: private key in OpenSSH's form; with CertFile: the certificate's, as PEM
	PasswordFile string // SFTP
	HostKey      string // SFTP: the server's key, as SHA256:...

	TokenFile string // HTTPS: a bearer token; none without it
	CertFile  string // HTTPS: the certificate that a server is shown which asks for one, as PEM with its chain
	CAFile    string // HTTPS: the authorities of the server's certificate; the system's without it
	Method    string // HTTPS: MethodPut, or else a POST to the route's address
}

// MethodPut puts a document under the route's address, by its name.
const MethodPut = "put"

// check tells whether a credential may be shown to a host and port.
func (c Credential) check(host string) error {
	if c.Host != host {
		return refuse("the credential %q is for %s, and is shown to no other host; name the right one in pedigree.yaml", c.Name, c.Host)
	}
	return nil
}

// readSecret reads a file that its owner alone may read.
func readSecret(path, what string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the file of the %s isn't there; pedigree.yaml names it under ways.credentials", what)
	case err != nil:
		return nil, fmt.Errorf("couldn't read the %s: %w", what, err)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("others may read the %s: give its file the mode 0600", what)
	case info.Size() > secretBytesMax:
		return nil, fmt.Errorf("the file of the %s has more than %d bytes: it is another file", what, secretBytesMax)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the %s: %w", what, err)
	}
	return raw, nil
}

// readWord reads a secret that is one word: a password or a token.
func readWord(path, what string) (string, error) {
	raw, err := readSecret(path, what)
	word := strings.TrimSpace(string(raw))
	if err == nil && (word == "" || strings.ContainsAny(word, "\r\n\x00")) {
		return "", fmt.Errorf("the file of the %s must hold one line", what)
	}
	return word, err
}
