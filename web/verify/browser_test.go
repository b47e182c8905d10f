package verify_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const vectors = "../../docs/internals/vectors"

func absolute(t *testing.T, parts ...string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// writePage runs the program that writes pages, as a person does.
func writePage(t *testing.T, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "page.html")
	cmd := exec.Command("go", append([]string{"run", "./web/verify/build", "-out", out}, args...)...)
	cmd.Dir = absolute(t, "../..")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("couldn't write the page: %v\n%s", err, said)
	}
	return out
}

// flipped is a copy of a file with one bit changed.
func flipped(t *testing.T, path string, at int) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[at] ^= 1
	out := filepath.Join(t.TempDir(), "changed.pedigree")
	if err := os.WriteFile(out, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// find gives the place of some text in a file.
func find(t *testing.T, path, text string) int {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(b), text)
	if at < 0 {
		t.Fatalf("%q is not in %s", text, path)
	}
	return at
}

const (
	outcomeOf = "document.body.dataset.outcome"
	stepsOf   = "[...document.querySelectorAll('#steps tr')].map(r => r.children[0].innerText + ' ' + r.children[1].innerText).join(', ')"
	verdictOf = "document.querySelector('#verdict').innerText"
)

// laterRuns gives the mean time of further verifications.
const laterRuns = `(() => {
	const given = id => Uint8Array.from(atob(document.getElementById(id).textContent), c => c.charCodeAt(0))
	const [object, trust] = [given('given-object'), new TextDecoder().decode(given('given-trust'))]
	const began = performance.now()
	for (let i = 0; i < 50; i++) pedigreeVerify(object, trust, new Uint8Array(), new Uint8Array())
	return ((performance.now() - began) / 50).toFixed(2)
})()`

func TestAPageWithABundleInsideChecksItByItself(t *testing.T) {
	unit, trust := absolute(t, vectors, "unit.pedigree"), absolute(t, vectors, "trust.json")
	page := writePage(t, "-bundle", unit, "-trust", trust)
	b := openBrowser(t)
	b.open(page)
	if got := b.eval(outcomeOf); got != "proved" {
		t.Fatalf("outcome %s: %s", got, b.eval("document.body.innerText"))
	}
	want := "header ✓ ok, origin ✓ ok, unit ✓ ok, record ✓ ok, path ✓ ok, statement ✓ ok, maker ✓ ok, licence ✓ ok, prefix ✓ ok, place ✓ ok, presence – not shown, witnesses – not shown"
	if got := b.eval(stepsOf); got != want {
		t.Errorf("steps are %s, want %s", got, want)
	}
	text := b.eval("document.body.innerText")
	for _, part := range []string{"Proved", "As of height 900 of pilot-1", "09504000059118", "Maker One", "not what is in the box", "Fingerprint of the trust file"} {
		if !strings.Contains(text, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
	t.Logf("first verification %s ms, later ones %s ms; ready %s ms after the page was asked for",
		b.eval("document.body.dataset.took"), b.eval(laterRuns), b.eval("document.body.dataset.ready"))
	checkOffline(t, b, page)
}

// checkOffline holds that the page asked for nothing but itself, and can't.
func checkOffline(t *testing.T, b *browser, page string) {
	t.Helper()
	for _, url := range b.requests() {
		if url != "file://"+page && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, "data:") {
			t.Errorf("the page asked for %s", url)
		}
	}
	blocked := b.eval(`new Promise(done => {
		document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective))
		fetch('http://127.0.0.1:9/').catch(() => {})
		setTimeout(() => done('nothing'), 5000)
	})`)
	if blocked != "connect-src" {
		t.Errorf("a connection is stopped by %s, not by the page's policy", blocked)
	}
}

func TestAPageNamesThePartThatWasChanged(t *testing.T) {
	unit, trust := absolute(t, vectors, "unit.pedigree"), absolute(t, vectors, "trust.json")
	tests := []struct{ name, near, part string }{
		{"the serial number", "0020003", "path"},
		{"the lot", "LOT-7", "path"},
		{"the organisation in the statement", "maker-1", "statement"},
		{"the maker's name", "Maker One", "maker"},
		{"the chain in the header", "\x0a\x07pilot-1", "header"},
	}
	b := openBrowser(t)
	page := writePage(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b.open(page)
			b.choose("#trust", trust)
			b.choose("#object", flipped(t, unit, find(t, unit, tt.near)+3))
			b.until(outcomeOf + " !== undefined")
			if got, said := b.eval(outcomeOf), b.eval(verdictOf); got != "refused" || !strings.Contains(said, "The step that failed is") {
				t.Fatalf("outcome %s: %s", got, said)
			}
			if steps := b.eval(stepsOf); !strings.HasSuffix(steps, tt.part+" ✗ failed") {
				t.Errorf("steps are %s, want the last to be %s", steps, tt.part)
			}
		})
	}
	whole := writePage(t, "-bundle", flipped(t, unit, 1500), "-trust", trust)
	b.open(whole)
	if got := b.eval(outcomeOf); got != "refused" {
		t.Errorf("a changed bundle inside the page: outcome %s", got)
	}
}

func TestAPageTakesFilesAndANonce(t *testing.T) {
	b := openBrowser(t)
	b.open(writePage(t))
	if said := b.eval(verdictOf); !strings.Contains(said, "Choose a trust file") {
		t.Fatalf("an empty page says %s", said)
	}
	b.choose("#trust", absolute(t, vectors, "trust.json"))
	b.until("document.querySelector('#trust-name').innerText === 'trust.json'")
	b.choose("#object", absolute(t, vectors, "receipt.pedigree"))
	b.until(outcomeOf + " === 'proved'")
	b.choose("#object", answeredFile(t))
	b.until(stepsOf + ".includes('presence – not shown')")
	typed := func(text string) {
		b.eval("{ const f = document.querySelector('#nonce'); f.value = '" + text + "'; f.dispatchEvent(new Event('input')) }")
	}
	typed(hex.EncodeToString([]byte("a nonce of the verifier's choice")))
	b.until(stepsOf + ".includes('presence ✓ ok')")
	typed(hex.EncodeToString([]byte("another nonce than the holder's")))
	b.until(outcomeOf + " === 'refused'")
	typed("xyz")
	b.until("document.querySelector('#nonce-fault').innerText !== ''")
	b.choose("#trust", absolute(t, vectors, "unit.pedigree"))
	typed("")
	b.until(stepsOf + " === 'trust ✗ failed'")
}

// object is one of the published objects.
type object struct{ Name, Bytes, Policy, Outcome string }

func readObjects(t *testing.T) []object {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(vectors, "objects.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Objects []object }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Objects
}

// file is a file with the object in it.
func (o object) file(t *testing.T) string {
	t.Helper()
	b, err := hex.DecodeString(o.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "object.pedigree")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// answeredFile is a bundle that its holder has answered for.
func answeredFile(t *testing.T) string {
	t.Helper()
	o := readObjects(t)[0]
	if o.Name != "a unit's bundle, answered" {
		t.Fatalf("the first object is %s", o.Name)
	}
	return o.file(t)
}

func TestAPageAsksTheWitnessesOfAPolicy(t *testing.T) {
	b := openBrowser(t)
	b.open(writePage(t))
	b.choose("#trust", absolute(t, vectors, "trust.json"))
	asked := 0
	for _, o := range readObjects(t) {
		if o.Policy == "" {
			continue
		}
		asked++
		path := filepath.Join(t.TempDir(), "policy.txt")
		if err := os.WriteFile(path, []byte(o.Policy), 0o600); err != nil {
			t.Fatal(err)
		}
		b.choose("#policy", path)
		b.eval("delete document.body.dataset.outcome")
		b.choose("#object", o.file(t))
		b.until(outcomeOf + " !== undefined")
		if got := b.eval(outcomeOf); got != o.Outcome {
			t.Errorf("%s: outcome %s, want %s", o.Name, got, o.Outcome)
		}
		if steps := b.eval(stepsOf); o.Outcome == "proved" && !strings.HasSuffix(steps, "witnesses ✓ ok") {
			t.Errorf("%s: steps are %s", o.Name, steps)
		}
	}
	if asked == 0 {
		t.Error("no object has a policy")
	}
}

func TestEveryFieldOfThePageHasAName(t *testing.T) {
	b := openBrowser(t)
	b.open(writePage(t, "-bundle", absolute(t, vectors, "unit.pedigree"), "-trust", absolute(t, vectors, "trust.json")))
	var tree struct {
		Nodes []struct {
			Ignored bool                   `json:"ignored"`
			Role    struct{ Value string } `json:"role"`
			Name    struct{ Value string } `json:"name"`
		} `json:"nodes"`
	}
	b.call("Accessibility.getFullAXTree", nil, &tree)
	seen := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Ignored {
			continue
		}
		seen[n.Role.Value]++
		switch n.Role.Value {
		case "button", "textbox", "heading", "columnheader", "rowheader", "status", "region", "RootWebArea":
			if strings.TrimSpace(n.Name.Value) == "" {
				t.Errorf("a %s has no name", n.Role.Value)
			}
		}
	}
	for role, least := range map[string]int{"status": 1, "textbox": 1, "button": 2, "heading": 5, "rowheader": 11, "columnheader": 4, "main": 1} {
		if seen[role] < least {
			t.Errorf("the page has %d of %s, want at least %d: %v", seen[role], role, least, seen)
		}
	}
	if lang := b.eval("document.documentElement.lang"); lang != "en" {
		t.Errorf("the page's language is %q", lang)
	}
}
