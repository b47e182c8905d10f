//go:build linux

package faults

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pedigree/e2e/cluster"
)

// colluders have three of the four validators between them: enough to sign anything.
var colluders = []string{"maker", "wholesaler", "pharmacy"}

var entryID = regexp.MustCompile(`[0-9a-f]{64}`)

// TestThreeOfFourWhoRewriteThePastAreCaught lets three companies go back to copies of
// their homes and write another past, without one entry, signed with the same keys. A
// witness finds it at its next look, and so does whoever holds the entry's receipt; the
// file that each writes names who signed, and is checked offline.
func TestThreeOfFourWhoRewriteThePastAreCaught(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := cluster.Found(t, cluster.Options{Program: program, Age: networkAge, Dir: dir})
	founding, watch := filepath.Join(dir, "founding.json"), filepath.Join(dir, "witness")
	cluster.Verb(t, program, "witness", "init", "--home", watch, "--name", "witness.example/1", "--trust", founding)
	maker := n.Of("maker")
	address, token := nodeOf(t, maker)
	look := []string{"witness", "watch", "--home", watch, "--node", address, "--token-file", token, "--once"}

	identify(t, maker.Home, 1)
	n.End()
	copies := map[string]string{}
	for _, id := range colluders {
		copies[id] = copyHome(t, n.Of(id))
	}
	n.Start()
	removed := identify(t, maker.Home, 2)
	receipt := filepath.Join(dir, "removed.pedigree")
	cluster.Verb(t, program, "receipt", removed, "--home", maker.Home, "--out", receipt)
	identify(t, maker.Home, 3)
	cluster.Verb(t, program, look...)
	cluster.Verb(t, program, "witness", "compare", receipt, "--node", address, "--token-file", token, "--trust", founding, "--out", filepath.Join(dir, "none"))
	n.End()

	rewrite(t, n, copies)
	if code, said := run(t, look...); code != 4 {
		t.Fatalf("the witness ended with %d:\n%s", code, said)
	}
	mine := filepath.Join(dir, "mine.pedigree")
	if code, said := run(t, "witness", "compare", receipt, "--node", address, "--token-file", token, "--trust", founding, "--out", mine); code != 4 {
		t.Errorf("the holder of the receipt was told %d:\n%s", code, said)
	}
	for _, proof := range []string{filepath.Join(watch, "fork.pedigree"), mine} {
		namesTheColluders(t, proof, founding)
	}
	if code, said := run(t, "verify", receipt, "--trust", founding); code != 0 {
		t.Errorf("the receipt of the entry that was taken out is worth nothing any more: %d\n%s", code, said)
	}
}

// rewrite starts the three on their copies, and lets them write on from there, without
// the entry that was taken out, until they are past the first history.
func rewrite(t *testing.T, n *cluster.Network, copies map[string]string) {
	t.Helper()
	var again []*cluster.Member
	for _, id := range colluders {
		m := n.Of(id).At(copies[id], nil)
		again = append(again, m)
		t.Cleanup(func() {
			if m.Runs() {
				_ = m.Kill()
			}
		})
		if err := m.Start(cluster.Launch{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range again {
		if err := m.WaitReady(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		identify(t, again[0].Home, 3+i)
	}
}

// namesTheColluders checks the proof of a fork offline: it names the three and their
// addresses, and says of nobody else that they signed both sides.
func namesTheColluders(t *testing.T, path, founding string) {
	t.Helper()
	code, said := run(t, "verify", path, "--trust", founding)
	if code != 4 || !strings.Contains(said, "FORK: the validators signed two blocks of height") {
		t.Fatalf("verify of %s ended with %d:\n%s", path, code, said)
	}
	both := regexp.MustCompile(`Signed both sides: validator [0-9a-f]{40}, member (\w+)`).FindAllStringSubmatch(said, -1)
	// A block needs three signatures, and any two sets of three among four share two.
	if len(both) < 2 {
		t.Errorf("%d signed both sides:\n%s", len(both), said)
	}
	for _, b := range both {
		if b[1] == "regulator" {
			t.Errorf("the honest one is named:\n%s", said)
		}
	}
	for _, id := range colluders {
		if !regexp.MustCompile(`validator [0-9a-f]{40}, member ` + id).MatchString(said) {
			t.Errorf("%s is not named:\n%s", id, said)
		}
	}
}

// identify makes an entry of the company's own, and returns its id.
func identify(t *testing.T, home string, i int) string {
	t.Helper()
	gln := []string{"0399991000015", "0399991000022", "0399991000039", "0399991000046", "0399991000053", "0399991000060", "0399991000077", "0399991000084"}[i]
	file := filepath.Join(t.TempDir(), "identifiers.json")
	text := fmt.Sprintf(`{"member": "maker", "identifiers": [{"kind": "gln", "value": %q}]}`, gln)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return entryID.FindString(cluster.Verb(t, program, "org", "act", "set-identifiers", file, "--home", home))
}

// nodeOf gives the address of a node's interface, and a file with its token.
func nodeOf(t *testing.T, m *cluster.Member) (address, token string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(m.Home, "api.token"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(raw))
	token = filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(lines[len(lines)-1]), 0o600); err != nil {
		t.Fatal(err)
	}
	return m.Base(), token
}

// run runs a verb that may end with any exit code.
func run(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if ended != nil {
		code = ended.ExitCode()
	}
	return code, string(out)
}
