package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pedigree/internal/config"
)

// valid is a configuration in which each test breaks one thing.
func valid() config.Config {
	c := config.Default()
	c.ChainID = "trial-1"
	c.Profile = config.ProfileLAN
	c.P2P.Peers = peers(2)
	return c
}

func farSigner() config.Signer {
	return config.Signer{Addr: "signer.example:8490", Key: strings.Repeat("0a", 32), Consensus: strings.Repeat("0b", 33)}
}

func server() config.Ways {
	return config.Ways{
		Inlets:      []config.Inlet{{Name: "w", SFTP: "sftp.example:22", Path: "/out", Credential: "c"}},
		Credentials: []config.Credential{{Name: "c", Host: "sftp.example:22", User: "u", KeyFile: "k", HostKey: "SHA256:" + strings.Repeat("a", 43)}},
	}
}

func inlets(n int) []config.Inlet {
	list := []config.Inlet{}
	for i := range n {
		list = append(list, config.Inlet{Name: fmt.Sprintf("in-%d", i), Folder: fmt.Sprintf("/in/%d", i)})
	}
	return list
}

func peers(n int) []config.Peer {
	list := []config.Peer{}
	for i := range n {
		list = append(list, config.Peer{Org: "north", ID: fmt.Sprintf("%040x", i), Addr: "node.example:26656"})
	}
	return list
}

func TestValidate(t *testing.T) {
	tests := []struct {
		name   string
		change func(*config.Config)
		want   string // part of the error; "" when valid
	}{
		{"a full configuration is valid", func(*config.Config) {}, ""},
		{"home must be named", func(c *config.Config) { c.Home = "" }, "home: "},
		{"a chain id may have 50 characters", func(c *config.Config) { c.ChainID = strings.Repeat("a", 50) }, ""},
		{"a chain id may not have 51", func(c *config.Config) { c.ChainID = strings.Repeat("a", 51) }, "chain_id: "},
		{"a chain id has no spaces", func(c *config.Config) { c.ChainID = "Trial 1" }, "chain_id: "},
		{"a chain id may be all that a founding file takes", func(c *config.Config) { c.ChainID = "Trial_1.a-B" }, ""},
		{"a profile is one of three", func(c *config.Config) { c.Profile = "moon" }, "profile: "},
		{"a single validator has no peers", func(c *config.Config) { c.Profile = config.ProfileSingle }, "p2p.peers: "},
		{"a node may take no connections", func(c *config.Config) { c.P2P.Listen = "" }, ""},
		{"a listener may be on every interface", func(c *config.Config) { c.P2P.Listen = ":26656" }, ""},
		{"a listener needs a port", func(c *config.Config) { c.P2P.Listen = "127.0.0.1" }, "p2p.listen: "},
		{"64 peers are allowed", func(c *config.Config) { c.P2P.Peers = peers(64) }, ""},
		{"65 peers are not", func(c *config.Config) { c.P2P.Peers = peers(65) }, "p2p.peers: 65 peers"},
		{"a peer has a member", func(c *config.Config) { c.P2P.Peers[1].Org = "" }, "p2p.peers[1].org: "},
		{"a member's name may have 64 characters", func(c *config.Config) { c.P2P.Peers[1].Org = strings.Repeat("a", 64) }, ""},
		{"a member's name may not have 65", func(c *config.Config) { c.P2P.Peers[1].Org = strings.Repeat("a", 65) }, "p2p.peers[1].org: "},
		{"a member's name has no line ends", func(c *config.Config) { c.P2P.Peers[1].Org = "a\nb" }, "p2p.peers[1].org: "},
		{"a node id has 40 digits", func(c *config.Config) { c.P2P.Peers[1].ID = strings.Repeat("a", 38) }, "p2p.peers[1].id: "},
		{"a node id is in lower case", func(c *config.Config) { c.P2P.Peers[1].ID = strings.Repeat("A", 40) }, "p2p.peers[1].id: "},
		{"a node is listed once", func(c *config.Config) { c.P2P.Peers[1].ID = c.P2P.Peers[0].ID }, "p2p.peers[1].id: the same as p2p.peers[0].id"},
		{"a peer's address names its host", func(c *config.Config) { c.P2P.Peers[0].Addr = ":26656" }, "p2p.peers[0].addr: "},
		{"a port is a number", func(c *config.Config) { c.API.Listen = "127.0.0.1:http" }, "api.listen: "},
		{"a port is not 0", func(c *config.Config) { c.API.Listen = "127.0.0.1:0" }, "api.listen: "},
		{"a port may be 65535", func(c *config.Config) { c.API.Listen = "127.0.0.1:65535" }, ""},
		{"a port may not be 65536", func(c *config.Config) { c.API.Listen = "127.0.0.1:65536" }, "api.listen: "},
		{"a node has a signer", func(c *config.Config) { c.Signer = farSigner() }, ""},
		{"a signer has a node", func(c *config.Config) { c.Signer = config.Signer{Listen: ":8490", Key: farSigner().Key} }, ""},
		{"a signer's address names its host", func(c *config.Config) { c.Signer = farSigner(); c.Signer.Addr = ":8490" }, "signer.addr: "},
		{"a signer's key is given", func(c *config.Config) { c.Signer = farSigner(); c.Signer.Key = "" }, "signer.key: "},
		{"a channel key has 64 digits", func(c *config.Config) { c.Signer = farSigner(); c.Signer.Key += "0" }, "signer.key: "},
		{"a signer's consensus key is given", func(c *config.Config) { c.Signer = farSigner(); c.Signer.Consensus = "" }, "signer.consensus: "},
		{"a consensus key has 66 digits", func(c *config.Config) { c.Signer = farSigner(); c.Signer.Consensus = c.Signer.Key }, "signer.consensus: "},
		{"keys of no signer are a mistake", func(c *config.Config) { c.Signer = config.Signer{Key: farSigner().Key} }, "signer.key: "},
		{"a node is no signer of another", func(c *config.Config) { c.Signer = farSigner(); c.Signer.Listen = ":8490" }, "signer: addr and listen"},
		{"a passphrase may come from systemd", func(c *config.Config) { c.Keys = config.Keys{Unlock: config.UnlockCredential} }, ""},
		{"a passphrase may come from a file", func(c *config.Config) { c.Keys = config.Keys{Unlock: config.UnlockFile, File: "p"} }, ""},
		{"the private store may be on a server", func(c *config.Config) { c.Vault.URL = "postgres://pedigree@db.example/store?sslmode=verify-full" }, ""},
		{"the private store is on no other kind of server", func(c *config.Config) { c.Vault.URL = "mysql://db.example/store" }, "vault.url: use postgres://"},
		{"a password is not in the URL", func(c *config.Config) { c.Vault.URL = "postgres://pedigree:secret@db.example/store" }, "vault.url: it holds a password"},
		{"a password is not a parameter of the URL", func(c *config.Config) { c.Vault.URL = "postgres://db.example/store?password=secret" }, "vault.url: it holds a password"},
		{"a password's file is of a server", func(c *config.Config) { c.Vault.PasswordFile = "p" }, "vault.password_file"},
		{"a passphrase from a file needs its name", func(c *config.Config) { c.Keys.Unlock = config.UnlockFile }, "keys.file: missing"},
		{"a file that is not read has no name", func(c *config.Config) { c.Keys.File = "p" }, "keys.file: "},
		{"a passphrase doesn't come from a variable", func(c *config.Config) { c.Keys.Unlock = "env" }, "keys.unlock: "},
		{"the API has an address", func(c *config.Config) { c.API.Listen = "" }, "api.listen: "},
		{"a log level is one of four", func(c *config.Config) { c.Log.Level = "loud" }, "log.level: "},
		{"the API may answer under names and addresses", func(c *config.Config) { c.API.Hosts = []string{"node.example", "192.0.2.7", "2001:db8::7"} }, ""},
		{"a host name has no port", func(c *config.Config) { c.API.Hosts = []string{"node.example:8480"} }, "api.hosts[0]: "},
		{"a host name has no scheme", func(c *config.Config) { c.API.Hosts = []string{"http://node.example"} }, "api.hosts[0]: "},
		{"a host name is not empty", func(c *config.Config) { c.API.Hosts = []string{"node.example", ""} }, "api.hosts[1]: "},
		{"a host name may have 253 characters", func(c *config.Config) { c.API.Hosts = []string{strings.Repeat("a", 253)} }, ""},
		{"a host name may not have 254 characters", func(c *config.Config) { c.API.Hosts = []string{strings.Repeat("a", 254)} }, "api.hosts[0]: "},
		{"the API may have 16 host names", func(c *config.Config) { c.API.Hosts = slices.Repeat([]string{"a"}, 16) }, ""},
		{"the API may not have 17 host names", func(c *config.Config) { c.API.Hosts = slices.Repeat([]string{"a"}, 17) }, "api.hosts: "},
		{"traces go to a collector by HTTP", func(c *config.Config) { c.Traces.Endpoint = "http://127.0.0.1:4318" }, ""},
		{"traces go nowhere else", func(c *config.Config) { c.Traces.Endpoint = "127.0.0.1:4317" }, "traces.endpoint: "},
		{"blocks are kept for six years and a day", func(c *config.Config) { c.Profile, c.Pruning.KeepDays = config.ProfileLAN, 2192 }, ""},
		{"blocks are not kept for less", func(c *config.Config) { c.Profile, c.Pruning.KeepDays = config.ProfileLAN, 2191 }, "pruning.keep_days: "},
		{"a scrub takes a hundredth of a processor", func(c *config.Config) { c.Scrub.Percent = 1 }, ""},
		{"not less", func(c *config.Config) { c.Scrub.Percent = 0 }, "scrub.percent: "},
		{"a scrub takes a whole processor", func(c *config.Config) { c.Scrub.Percent = 100 }, ""},
		{"not more", func(c *config.Config) { c.Scrub.Percent = 101 }, "scrub.percent: "},
		{"a scrub pauses for a second", func(c *config.Config) { c.Scrub.PauseSeconds = 1 }, ""},
		{"or for a day", func(c *config.Config) { c.Scrub.PauseSeconds = 86_400 }, ""},
		{"a scrub pauses", func(c *config.Config) { c.Scrub.PauseSeconds = 0 }, "scrub.pause_seconds: "},
		{"for a day at most", func(c *config.Config) { c.Scrub.PauseSeconds = 86_401 }, "scrub.pause_seconds: "},
		{"the ledger may be an hour old", func(c *config.Config) { c.Verdict.LedgerAgeHours = 1 }, ""},
		{"not less", func(c *config.Config) { c.Verdict.LedgerAgeHours = 0 }, "verdict.ledger_age_hours: "},
		{"or a month", func(c *config.Config) { c.Verdict.LedgerAgeHours = 720 }, ""},
		{"not more", func(c *config.Config) { c.Verdict.LedgerAgeHours = 721 }, "verdict.ledger_age_hours: "},
		{"recall notices may be a day old", func(c *config.Config) { c.Verdict.NoticeAgeDays = 1 }, ""},
		{"not less", func(c *config.Config) { c.Verdict.NoticeAgeDays = 0 }, "verdict.notice_age_days: "},
		{"or a quarter", func(c *config.Config) { c.Verdict.NoticeAgeDays = 90 }, ""},
		{"not more", func(c *config.Config) { c.Verdict.NoticeAgeDays = 91 }, "verdict.notice_age_days: "},
		{"returned goods may be verified", func(c *config.Config) { c.Returns = "verify" }, ""},
		{"returned goods are not sold unseen", func(c *config.Config) { c.Returns = "sell" }, "returns: "},
		{"offers may be taken back by themselves", func(c *config.Config) { c.Reclaim = "auto" }, ""},
		{"offers are not given up", func(c *config.Config) { c.Reclaim = "never" }, "reclaim: "},
		{"a member alone may keep less", func(c *config.Config) { c.Profile, c.P2P.Peers, c.Pruning.KeepDays = config.ProfileSingle, nil, 1 }, ""},
		{"an archive keeps all", func(c *config.Config) { c.Profile, c.Pruning.KeepDays = config.ProfileLAN, 0 }, ""},
		{"blocks are kept for a hundred years at most", func(c *config.Config) { c.Pruning.KeepDays = 36_526 }, "pruning.keep_days: "},
		{"an archive is named as a member", func(c *config.Config) { c.Pruning.Archive = "the regulator" }, "pruning.archive: "},
		{"64 inlets are allowed", func(c *config.Config) { c.Ways.Inlets = inlets(64) }, ""},
		{"65 inlets are not", func(c *config.Config) { c.Ways.Inlets = inlets(65) }, "ways.inlets: 65 inlets"},
		{"an inlet has a name", func(c *config.Config) { c.Ways.Inlets = inlets(1); c.Ways.Inlets[0].Name = "In 1" }, "ways.inlets[0].name: "},
		{"a name is one inlet's", func(c *config.Config) { c.Ways.Inlets = inlets(2); c.Ways.Inlets[1].Name = "in-0" }, "ways.inlets[1].name: the same as"},
		{"but another organisation may use it", func(c *config.Config) {
			c.Ways.Inlets = inlets(2)
			c.Ways.Inlets[1].Name, c.Ways.Inlets[1].Org = "in-0", "corner"
		}, ""},
		{"a folder is one inlet's", func(c *config.Config) { c.Ways.Inlets = inlets(2); c.Ways.Inlets[1].Folder = "/in/0" }, "ways.inlets[1].folder: the same as"},
		{"a folder has its whole path", func(c *config.Config) { c.Ways.Inlets = inlets(1); c.Ways.Inlets[0].Folder = "in" }, "ways.inlets[0].folder: "},
		{"without a way up", func(c *config.Config) { c.Ways.Inlets = inlets(1); c.Ways.Inlets[0].Folder = "/in/../etc" }, "ways.inlets[0].folder: "},
		{"an inlet is looked at within a day", func(c *config.Config) { c.Ways.Inlets = inlets(1); c.Ways.Inlets[0].EverySeconds = 86_401 }, "ways.inlets[0].every_seconds: "},
		{"what was taken is moved or deleted", func(c *config.Config) { c.Ways.Inlets = inlets(1); c.Ways.Inlets[0].After = "burn" }, "ways.inlets[0].after: "},
		{"an inlet may be a server's", func(c *config.Config) { c.Ways = server() }, ""},
		{"a server has a credential", func(c *config.Config) { c.Ways = server(); c.Ways.Credentials[0].Name = "other" }, "ways.inlets[0].credential: "},
		{"of the same organisation", func(c *config.Config) { c.Ways = server(); c.Ways.Credentials[0].Org = "corner" }, "ways.inlets[0].credential: "},
		{"for its host", func(c *config.Config) { c.Ways = server(); c.Ways.Credentials[0].Host = "other.example:22" }, "ways.inlets[0].credential: "},
		{"and is known by its key", func(c *config.Config) { c.Ways = server(); c.Ways.Credentials[0].HostKey = "" }, "ways.inlets[0].credential: "},
		{"which is a SHA-256", func(c *config.Config) { c.Ways = server(); c.Ways.Credentials[0].HostKey = "MD5:00" }, "ways.credentials[0].host_key: "},
		{"a user has a key or a password", func(c *config.Config) { c.Ways = server(); c.Ways.Credentials[0].PasswordFile = "p" }, "ways.credentials[0]: "},
		{"a credential is for a host and port", func(c *config.Config) {
			c.Ways = server()
			c.Ways.Inlets = nil
			c.Ways.Credentials[0].Host = "sftp.example"
		}, "ways.credentials[0].host: "},
		{"65 credentials are too many", func(c *config.Config) {
			c.Ways.Credentials = nil
			for i := range 65 {
				c.Ways.Credentials = append(c.Ways.Credentials, config.Credential{Name: fmt.Sprint("c-", i), Host: "a.example:443"})
			}
		}, "ways.credentials: 65"},
		{"a path on a server is whole", func(c *config.Config) { c.Ways = server(); c.Ways.Inlets[0].Path = "out" }, "ways.inlets[0].path: "},
		{"an outlet is a folder", func(c *config.Config) { c.Ways.Outlets = []config.Outlet{{Name: "o", Folder: "/out"}} }, ""},
		{"by its whole path", func(c *config.Config) { c.Ways.Outlets = []config.Outlet{{Name: "o", Folder: "out"}} }, "ways.outlets[0].folder: "},
		{"that nothing comes in by", func(c *config.Config) {
			c.Ways.Inlets, c.Ways.Outlets = inlets(1), []config.Outlet{{Name: "o", Folder: "/in/0"}}
		}, "ways.outlets[0].folder: "},
		{"each once", func(c *config.Config) {
			c.Ways.Outlets = []config.Outlet{{Name: "o", Folder: "/out"}, {Name: "p", Folder: "/out"}}
		}, "ways.outlets[1].folder: "},
		{"a certificate has a key", func(c *config.Config) {
			c.Ways.Credentials = []config.Credential{{Name: "c", Host: "a.example:443", CertFile: "c"}}
		}, "ways.credentials[0]: "},
		{"which stands in a file", func(c *config.Config) {
			c.Ways.Credentials = []config.Credential{{Name: "c", Host: "a.example:443", CertFile: "c", KeyFile: "k"}}
		}, ""},
		{"and is for no SFTP server", func(c *config.Config) { c.Ways = server(); c.Ways.Credentials[0].CertFile = "c" }, "ways.credentials[0]: "},
		{"a document is posted or put", func(c *config.Config) { c.Ways = server(); c.Ways.Credentials[0].Method = "mail" }, "ways.credentials[0].method: "},
		{"files may be left", func(c *config.Config) { c.Ways.Inlets = []config.Inlet{{Name: "a", Deposit: true}} }, ""},
		{"an inlet is one thing", func(c *config.Config) { c.Ways = server(); c.Ways.Inlets[0].Deposit = true }, "ways.inlets[0]: "},
		{"and not nothing", func(c *config.Config) { c.Ways.Inlets = []config.Inlet{{Name: "a"}} }, "ways.inlets[0]: "},
		{"a log format is one of three", func(c *config.Config) { c.Log.Format = "xml" }, "log.format: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := valid()
			test.change(&c)
			checkProblem(t, c, test.want)
		})
	}
}

func TestValidateHoldsEachNumberToItsBounds(t *testing.T) {
	tests := []struct {
		key         string
		field       func(*config.Config) *int
		least, most int
	}{
		{"snapshots.every_blocks", func(c *config.Config) *int { return &c.Snapshots.EveryBlocks }, 10, 10_000_000},
		{"snapshots.keep", func(c *config.Config) *int { return &c.Snapshots.Keep }, 1, 10},
		{"store.cache_mb", func(c *config.Config) *int { return &c.Store.CacheMB }, 8, 65536},
		{"store.memtable_mb", func(c *config.Config) *int { return &c.Store.MemtableMB }, 4, 1024},
		{"limits.pending_max", func(c *config.Config) *int { return &c.Limits.PendingMax }, 100, 1000000},
		{"limits.body_bytes_max", func(c *config.Config) *int { return &c.Limits.BodyBytesMax }, 65536, 268435456},
		{"limits.requests_max", func(c *config.Config) *int { return &c.Limits.RequestsMax }, 1, 10000},
	}
	for _, test := range tests {
		for value, want := range map[int]string{
			test.least - 1: test.key + ": ", test.least: "", test.most: "", test.most + 1: test.key + ": ",
		} {
			t.Run(fmt.Sprintf("%s of %d", test.key, value), func(t *testing.T) {
				c := valid()
				*test.field(&c) = value
				checkProblem(t, c, want)
			})
		}
		t.Run(test.key+" has its bounds in the manual", func(t *testing.T) {
			if want := fmt.Sprintf("%d to %d", test.least, test.most); !strings.Contains(manual(t), want) {
				t.Errorf("the manual lacks %q", want)
			}
		})
	}
}

func TestValidateNamesAllThatIsWrongAtOnce(t *testing.T) {
	err := config.Config{}.Validate()
	if err == nil {
		t.Fatal("an empty configuration is valid")
	}
	for _, key := range []string{"home", "chain_id", "profile", "api.listen", "store.cache_mb", "log.level", "limits.requests_max"} {
		if !strings.Contains(err.Error(), key+": ") {
			t.Errorf("the error doesn't name %s:\n%v", key, err)
		}
	}
}

// checkProblem wants no error for "", or else exactly one that has the text.
func checkProblem(t *testing.T, c config.Config, want string) {
	t.Helper()
	err := c.Validate()
	switch {
	case want == "" && err != nil:
		t.Errorf("refused: %v", err)
	case want != "" && err == nil:
		t.Errorf("accepted, want an error with %q", want)
	case want != "" && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n")):
		t.Errorf("got %q, want one error with %q", err, want)
	}
}
