package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/internal/config"
)

// environment is what the tests' files may refer to.
func environment(name string) (string, bool) {
	value, ok := map[string]string{
		"NETWORK": "trial-1", "MB": "300", "HOST": "node.example", "EMPTY": "", "INJECT": "a\nhome: /elsewhere",
	}[name]
	return value, ok
}

func TestParseCompletesWhatTheFileLeavesOut(t *testing.T) {
	with := func(change func(*config.Config)) config.Config {
		c := config.Default()
		c.ChainID = "trial-1"
		change(&c)
		return c
	}
	tests := []struct {
		name string
		src  string
		want config.Config
	}{
		{"a chain id is enough", "chain_id: trial-1\n", with(func(*config.Config) {})},
		{"comments and an empty group change nothing", "# ours\nchain_id: trial-1\nstore:\n", with(func(*config.Config) {})},
		{"one key of a group leaves the others", "chain_id: trial-1\nstore: {cache_mb: 300}\n", with(func(c *config.Config) { c.Store.CacheMB = 300 })},
		{"a number may come from the environment", "chain_id: ${NETWORK}\nstore:\n  cache_mb: ${MB}\n", with(func(c *config.Config) { c.Store.CacheMB = 300 })},
		{"a variable may be part of a value", "chain_id: trial-1\napi: {listen: \"${HOST}:80${EMPTY}\"}\n", with(func(c *config.Config) { c.API.Listen = "node.example:80" })},
		{"a doubled dollar stands for itself", "chain_id: trial-1\nhome: /data/$${MB}/$x\n", with(func(c *config.Config) { c.Home = "/data/${MB}/$x" })},
		{"a variable's text is never read as YAML", "home: ${INJECT}\nchain_id: trial-1\n", with(func(c *config.Config) { c.Home = "a\nhome: /elsewhere" })},
		{"peers are listed", "chain_id: trial-1\nprofile: wan\np2p:\n  peers:\n  - {org: north, id: 00112233445566778899aabbccddeeff00112233, addr: \"${HOST}:26656\"}\n", with(func(c *config.Config) {
			c.Profile = config.ProfileWAN
			c.P2P.Peers = []config.Peer{{Org: "north", ID: "00112233445566778899aabbccddeeff00112233", Addr: "node.example:26656"}}
		})},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := config.Parse("node.yaml", []byte(test.src), environment)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("the configuration differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseSaysWhereTheFileIsWrong(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"an unknown key", "chain_id: a\nstoer: 1\n", `node.yaml:2:1: unknown key "stoer"`},
		{"an unknown key in a group", "chain_id: a\nstore:\n  cache_m: 3\n", `node.yaml:3:3: unknown key "cache_m"`},
		{"an unknown key in a list", "chain_id: a\np2p:\n  peers:\n  - {org: a, adr: c}\n", `node.yaml:4:14: unknown key "adr"`},
		{"a key given twice", "chain_id: a\nchain_id: b\n", "node.yaml:2:1: "},
		{"what isn't YAML", "home: [\n", "node.yaml:1:7: "},
		{"a list in place of keys", "- a\n", "node.yaml:1:1: "},
		{"a value in place of a group", "store: 5\n", "node.yaml:1:8: "},
		{"a word in place of a number", "chain_id: a\nstore:\n  cache_mb: many\n", `node.yaml:3:13: "many" is not a whole number`},
		{"a fraction", "chain_id: a\nstore:\n  cache_mb: 300.5\n", "node.yaml:3:13: 300.5 is a fraction"},
		{"a number too large for any machine", "store:\n  cache_mb: 99999999999999999999\n", "node.yaml:2:13: "},
		{"a variable that is not set", "# first\nchain_id: ${NOT_SET}\n", "node.yaml:2:11: environment variable NOT_SET is not set"},
		{"a variable without an end", "chain_id: a${NETWORK\n", "node.yaml:1:11: ${NETWORK has no closing brace"},
		{"a variable as a key", "${NETWORK}: 1\n", `node.yaml:1:1: unknown key "${NETWORK}"`},
		{"a second document", "chain_id: a\n---\nchain_id: b\n", "node.yaml: 2 documents"},
		{"an empty file, which names no network", "", "chain_id: missing"},
		{"a file of 64 KiB and a byte", strings.Repeat("#", 64<<10+1), "node.yaml: more than 65536 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := config.Parse("node.yaml", []byte(test.src), environment)
			if err == nil {
				t.Fatalf("accepted: %+v", got)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q lacks %q", err, test.want)
			}
		})
	}
}

func TestParseAcceptsAFileOf64KiB(t *testing.T) {
	src := "chain_id: a\n"
	src += strings.Repeat("#", 64<<10-len(src))
	if _, err := config.Parse("node.yaml", []byte(src), environment); err != nil {
		t.Error(err)
	}
}

func TestLoadTakesARelativeHomeFromTheFilesFolder(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "node.yaml")
	if err := os.WriteFile(file, []byte("chain_id: trial-1\nhome: data\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(folder, "data"); c.Home != want {
		t.Errorf("home is %s, want %s", c.Home, want)
	}
}

func TestLoadNamesAMissingFile(t *testing.T) {
	_, err := config.Load(filepath.Join(t.TempDir(), "none.yaml"))
	if err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("got %v, want an error that names none.yaml", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{"chain_id: a\n", "p2p: {peers: [{org: a}]}", "home: ${X", "a: &b [*b]", "- !!binary x"} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := config.Parse("node.yaml", src, environment)
		if err != nil {
			return
		}
		if err := c.Validate(); err != nil {
			t.Errorf("Parse gave what Validate refuses: %v", err)
		}
	})
}
