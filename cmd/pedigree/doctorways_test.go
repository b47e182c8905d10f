package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/config"
)

func TestEachFaultOfTheWaysIsFound(t *testing.T) {
	dir := t.TempDir()
	open, token, shared := filepath.Join(dir, "open"), filepath.Join(dir, "token"), filepath.Join(dir, "shared")
	for _, err := range []error{
		os.Mkdir(open, 0o700), os.Chmod(open, 0o777), os.WriteFile(token, []byte("word\n"), 0o600), os.WriteFile(shared, []byte("word\n"), 0o600), os.Chmod(shared, 0o640), //nolint:gosec // what others may use is what is to be found
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	folder := func(at string) config.Ways {
		return config.Ways{Inlets: []config.Inlet{{Name: "in", Folder: at}}}
	}
	credential := func(c config.Credential) config.Ways {
		c.Name = "c"
		return config.Ways{Credentials: []config.Credential{c}}
	}
	for _, c := range []struct {
		name string
		ways config.Ways
		want string // in the finding; none when empty
	}{
		{"no ways", config.Ways{}, ""},
		{"a folder of its own", folder(dir), "OK 1 inlet, 0 outlets and 0 credentials"},
		{"a folder that isn't there", folder(filepath.Join(dir, "none")), "WARN inlet in: the folder "},
		{"a folder that is a file", folder(token), "is no folder"},
		{"a folder that anybody may write in", folder(open), "chmod o-w"},
		{"an outlet that isn't there", config.Ways{Outlets: []config.Outlet{{Name: "out", Folder: filepath.Join(dir, "none")}}}, "WARN outlet out: "},
		{"a token", credential(config.Credential{TokenFile: token}), "OK 0 inlets, 0 outlets and 1 credential"},
		{"a token that others may read", credential(config.Credential{TokenFile: shared}), "WARN credential c: others may read the token: give its file the mode 0600"},
		{"a token that isn't there", credential(config.Credential{TokenFile: "none"}), "isn't there"},
		{"a password that others may read", credential(config.Credential{User: "u", HostKey: "SHA256:x", PasswordFile: shared}), "others may read the password"},
		{"a private key that is none", credential(config.Credential{User: "u", HostKey: "SHA256:x", KeyFile: token}), "couldn't read the private key"},
		{"a server that no key is named of", credential(config.Credential{User: "u", PasswordFile: token}), "no host_key"},
		{"authorities that are none", credential(config.Credential{CAFile: token}), "holds no certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &examination{home: home{dir}}
			e.ways(c.ways)
			got := ""
			for _, f := range e.list {
				got += f.Verdict + " " + f.Text
			}
			if !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
				t.Errorf("%q", got)
			}
		})
	}
}
