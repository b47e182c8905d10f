package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Validate checks every value and returns all that is wrong, one line each,
// named by its key in the file.
func (c Config) Validate() error {
	var p problems
	p.add("home", c.Home != "", "empty: name the folder of the node's data")
	p.add("chain_id", c.ChainID != "", "missing: copy it from the network's founding file")
	p.add("chain_id", c.ChainID == "" || isChainID(c.ChainID),
		"%q: use 1 to %d letters, digits, dots, hyphens and underscores", c.ChainID, chainIDCharsMax)
	p.oneOf("profile", string(c.Profile), string(ProfileSingle), string(ProfileLAN), string(ProfileWAN))
	if c.P2P.Listen != "" {
		p.address("p2p.listen", c.P2P.Listen, mayBeAnyHost)
	}
	c.validatePeers(&p)
	p.oneOf("keys.unlock", string(c.Keys.Unlock), string(UnlockPrompt), string(UnlockFile), string(UnlockCredential))
	p.add("keys.file", c.Keys.Unlock != UnlockFile || c.Keys.File != "", "missing: name the file with the passphrase, or use another keys.unlock")
	p.add("keys.file", c.Keys.Unlock == UnlockFile || c.Keys.File == "", "%q: it is read only with keys.unlock: file", c.Keys.File)
	c.Signer.validate(&p)
	c.validateVault(&p)
	p.address("api.listen", c.API.Listen, mayBeAnyHost)
	p.add("api.hosts", len(c.API.Hosts) <= hostsMax, "%d host names, at most %d", len(c.API.Hosts), hostsMax)
	for i, host := range c.API.Hosts[:min(len(c.API.Hosts), hostsMax)] {
		p.add(fmt.Sprintf("api.hosts[%d]", i), isHost(host), "%q: give a host name or address without scheme and port, in lower case", host)
	}
	c.validateAccess(&p)
	c.Exchange.validate(&p)
	c.Ways.validate(&p)
	c.Witnesses.validate(&p)
	if c.Metrics.Listen != "" {
		p.address("metrics.listen", c.Metrics.Listen, mayBeAnyHost)
	}
	p.add("skip_upgrade", c.SkipUpgrade >= 0, "%d: give the upgrade's height, or 0 for none", c.SkipUpgrade)
	p.within("scrub.percent", c.Scrub.Percent, scrubPercentMin, scrubPercentMax)
	p.within("scrub.pause_seconds", c.Scrub.PauseSeconds, scrubPauseMin, scrubPauseMax)
	p.within("verdict.ledger_age_hours", c.Verdict.LedgerAgeHours, ledgerAgeMin, ledgerAgeMax)
	p.within("verdict.notice_age_days", c.Verdict.NoticeAgeDays, noticeAgeMin, noticeAgeMax)
	p.oneOf("returns", c.Returns, "hold", "verify")
	p.oneOf("reclaim", c.Reclaim, "ask", "auto")
	p.within("snapshots.every_blocks", c.Snapshots.EveryBlocks, snapshotEveryMin, snapshotEveryMax)
	p.within("snapshots.keep", c.Snapshots.Keep, snapshotKeepMin, snapshotKeepMax)
	p.add("traces.endpoint", c.Traces.Endpoint == "" || strings.HasPrefix(c.Traces.Endpoint, "http://") || strings.HasPrefix(c.Traces.Endpoint, "https://"),
		"%q: give http://HOST:PORT or https://HOST:PORT of the collector", c.Traces.Endpoint)
	p.within("store.cache_mb", c.Store.CacheMB, cacheMBMin, cacheMBMax)
	p.within("store.memtable_mb", c.Store.MemtableMB, memtableMBMin, memtableMBMax)
	p.within("pruning.keep_days", c.Pruning.KeepDays, 0, keepDaysMax)
	p.add("pruning.keep_days", c.Pruning.KeepDays <= 0 || c.Pruning.KeepDays >= keepDaysMin || c.Profile == ProfileSingle,
		"%d: use %d or more, for records are asked for until six years have passed, or 0 to keep all", c.Pruning.KeepDays, keepDaysMin)
	p.add("pruning.archive", c.Pruning.Archive == "" || isName(c.Pruning.Archive), "%q: give the member's name, at most %d characters without spaces", c.Pruning.Archive, orgCharsMax)
	p.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	p.oneOf("log.format", c.Log.Format, "auto", "text", "json")
	p.within("limits.hosted_open_max", c.Limits.HostedOpenMax, hostedOpenMin, hostedOpenMax)
	p.within("limits.pending_max", c.Limits.PendingMax, pendingMin, pendingMax)
	p.within("limits.body_bytes_max", c.Limits.BodyBytesMax, bodyBytesMin, bodyBytesMax)
	p.within("limits.requests_max", c.Limits.RequestsMax, requestsMin, requestsMax)
	return errors.Join(p.list...)
}

func (e Exchange) validate(p *problems) {
	if e.Listen != "" {
		p.address("exchange.listen", e.Listen, mayBeAnyHost)
	}
	if e.Advertise != "" {
		p.address("exchange.advertise", e.Advertise, mustNameHost)
	}
	p.within("exchange.spool_mb", e.SpoolMB, spoolMBMin, spoolMBMax)
}

// validateVault never quotes the URL: it may hold a password that must not.
func (c Config) validateVault(p *problems) {
	if c.Vault.URL == "" {
		p.add("vault.password_file", c.Vault.PasswordFile == "", "%q: it is read only with vault.url", c.Vault.PasswordFile)
		return
	}
	u, err := url.Parse(c.Vault.URL)
	p.add("vault.url", err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql"), "use postgres://USER@HOST:PORT/DATABASE, or leave it empty for a file")
	if err != nil {
		return
	}
	_, has := u.User.Password()
	p.add("vault.url", !has && !u.Query().Has("password"), "it holds a password, which others can read here: change it on the server, and write the new one alone into a file with mode 0600 that vault.password_file names")
}

func (c Config) validatePeers(p *problems) {
	peers := c.P2P.Peers
	p.add("p2p.peers", c.Profile != ProfileSingle || len(peers) == 0,
		"profile single has no peers: use lan or wan, or remove them")
	p.add("p2p.peers", len(peers) <= peersMax, "%d peers, at most %d", len(peers), peersMax)
	for i, peer := range peers[:min(len(peers), peersMax)] {
		key := fmt.Sprintf("p2p.peers[%d]", i)
		p.add(key+".org", isName(peer.Org), "%q: give the member's name, at most %d characters without spaces", peer.Org, orgCharsMax)
		p.add(key+".id", isNodeID(peer.ID), "%q: give the node's id, %d hexadecimal digits in lower case; `pedigree node id` prints it there", peer.ID, nodeIDDigits)
		p.address(key+".addr", peer.Addr, mustNameHost)
		first := slices.IndexFunc(peers, func(other Peer) bool { return other.ID == peer.ID })
		p.add(key+".id", first == i, "the same as p2p.peers[%d].id: list each node once", first)
	}
}

// problems gathers what is wrong, so that a person mends it all at once.
type problems struct{ list []error }

func (p *problems) add(key string, ok bool, format string, args ...any) {
	if !ok {
		p.list = append(p.list, fmt.Errorf("%s: "+format, append([]any{key}, args...)...))
	}
}

func (p *problems) within(key string, n, least, most int) {
	p.add(key, least <= n && n <= most, "%d: use %d to %d", n, least, most)
}

func (p *problems) oneOf(key, value string, allowed ...string) {
	p.add(key, slices.Contains(allowed, value), "%q: use %s", value, strings.Join(allowed, ", "))
}

// Whether an address may leave out its host, as a listener on every interface
// does.
const (
	mayBeAnyHost = false
	mustNameHost = true
)

func (p *problems) address(key, value string, hostNeeded bool) {
	host, port, err := net.SplitHostPort(value)
	n, notNumber := strconv.ParseUint(port, 10, 16)
	ok := err == nil && notNumber == nil && n > 0 && (host != "" || !hostNeeded)
	p.add(key, ok, "%q: use host:port, with a port of 1 to 65535", value)
}

func isChainID(s string) bool {
	ok := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(".-_", r)
	}
	return len(s) <= chainIDCharsMax && !strings.ContainsFunc(s, func(r rune) bool { return !ok(r) })
}

func isHost(s string) bool {
	unfit := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsUpper(r) || !unicode.IsPrint(r) || r == '/' }
	if strings.ContainsFunc(s, unfit) || s == "" || len(s) > hostCharsMax {
		return false
	}
	return !strings.Contains(s, ":") || net.ParseIP(s) != nil
}

func isName(s string) bool {
	unfit := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }
	return s != "" && len(s) <= orgCharsMax && !strings.ContainsFunc(s, unfit)
}

func isNodeID(s string) bool { return isDigits(s, nodeIDDigits) }

func isDigits(s string, count int) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == count && s == strings.ToLower(s)
}
