package forged

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pedigree/proof"
)

// original is one of the published objects with what it is judged by.
type original struct {
	Name, Bytes, Nonce, Policy, Outcome string
	Trust                               json.RawMessage

	b []byte
}

// forgery is an object to judge.
type forgery struct {
	how    string
	b      []byte
	trust  string
	nonce  string // hexadecimal
	policy string
}

func originals(t *testing.T) []original {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "internals", "vectors", "objects.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Objects []original }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for i := range file.Objects {
		if file.Objects[i].b, err = hex.DecodeString(file.Objects[i].Bytes); err != nil {
			t.Fatal(err)
		}
	}
	if len(file.Objects) < 15 {
		t.Fatalf("only %d objects are published", len(file.Objects))
	}
	return file.Objects
}

// otherTrust are trust files that do not fit: of another chain, of a height after the
// object's header, of other powers, of fewer validators.
func otherTrust(t *testing.T, text json.RawMessage) (list []string) {
	t.Helper()
	own, err := proof.ParseTrust(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*proof.Trust){
		func(tr *proof.Trust) { tr.ChainID += "x" },
		func(tr *proof.Trust) { tr.Height = 1_000_000 },
		func(tr *proof.Trust) { tr.Validators[0].Power++ },
		func(tr *proof.Trust) { tr.Validators = tr.Validators[:1] },
	} {
		other := own
		other.Validators = slices.Clone(own.Validators)
		change(&other)
		b, err := proof.EncodeTrust(other)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(b))
	}
	return list
}

// forge makes one case of an original and a second object.
func forge(r *rand.Rand, o, second original, others []string) forgery {
	f := forgery{b: o.b, trust: string(o.Trust), nonce: o.Nonce, policy: o.Policy}
	switch r.IntN(12) {
	case 0:
		f.how = "unchanged"
	case 1:
		f.how, f.trust = "another trust file", others[r.IntN(len(others))]
	case 2:
		f.how, f.trust = "another object's trust file", string(second.Trust)
	case 3:
		f.how, f.nonce = "another nonce", hex.EncodeToString([]byte("a nonce of somebody else's choice"))
	case 4:
		f.how, f.policy = "another policy", second.Policy
	case 5:
		f.how, f.b = "cut off", o.b[:r.IntN(len(o.b))]
	case 6:
		f.how, f.b = "two objects", slices.Concat(o.b, second.b[:r.IntN(len(second.b))])
	case 7:
		at := r.IntN(min(len(o.b), len(second.b)))
		f.how, f.b = "the end of another", slices.Concat(o.b[:at], second.b[at:])
	case 8, 9:
		f.how, f.b = "changed bits", slices.Clone(o.b)
		for range 1 + r.IntN(3) {
			f.b[r.IntN(len(f.b))] ^= 1 << r.IntN(8)
		}
	default:
		f.how = "other items"
		for range 1 + r.IntN(2) {
			f.b = otherItem(r, f.b, second.b)
		}
	}
	return f
}

// judged is what the program says of a forgery, in the words of the reader's answer.
func (f forgery) judged(t *testing.T, trust proof.Trust) string {
	t.Helper()
	nonce, err := hex.DecodeString(f.nonce)
	if err != nil {
		t.Fatal(err)
	}
	o := proof.Options{Nonce: nonce}
	if f.nonce == "" {
		o.Nonce = nil
	}
	if f.policy != "" {
		p, err := proof.ParseWitnessPolicy([]byte(f.policy))
		if err != nil {
			t.Fatal(err)
		}
		o.Witnesses = &p
	}
	r, err := proof.Check(f.b, trust, o)
	if err != nil || r.Outcome() == proof.Refused {
		return "refused 0 0"
	}
	return fmt.Sprintf("%s %d %d", r.Outcome(), r.Height, len(r.Alerts))
}

func seed(t *testing.T) uint64 {
	t.Helper()
	if text := os.Getenv("FORGED_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("FORGED_SEED is no number: %v", err)
		}
		return n
	}
	return rand.Uint64()
}

func TestTwoVerifiersJudgeForgeriesAlike(t *testing.T) {
	list, n := originals(t), seed(t)
	t.Logf("FORGED_SEED=%d", n)
	r := rand.New(rand.NewPCG(n, 0))
	trusts, others := map[string]proof.Trust{}, make([][]string, len(list))
	parsed := func(text string) {
		tr, err := proof.ParseTrust([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		trusts[text] = tr
	}
	for i, o := range list {
		others[i] = otherTrust(t, o.Trust)
		for _, text := range append(others[i], string(o.Trust)) {
			parsed(text)
		}
	}
	ask, answer := reader(t)
	began, outcomes := time.Now(), map[string]int{}
	for done := 0; done < casesMax; {
		cases := make([]forgery, min(batch, casesMax-done))
		for i := range cases {
			at := r.IntN(len(list))
			if len(list[at].b) > large && r.IntN(4) > 0 {
				at = r.IntN(len(list)) // its many signatures take the time of ten others
			}
			cases[i] = forge(r, list[at], list[r.IntN(len(list))], others[at])
		}
		sent := make(chan error, 1)
		go func() { sent <- send(ask, cases) }()
		for i, f := range cases {
			want := f.judged(t, trusts[f.trust])
			got, err := answer.ReadString('\n')
			if err != nil {
				t.Fatalf("the reader ended at case %d: %v", done+i, err)
			}
			if got != want+"\n" {
				t.Errorf("case %d, %s: the program says %q, the reader %q\n%x", done+i, f.how, want, got, f.b)
			}
			word, _, _ := strings.Cut(want, " ")
			outcomes[f.how+", "+word]++
		}
		if err := <-sent; err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
		done += len(cases)
	}
	t.Logf("%d objects in %v: %v", casesMax, time.Since(began).Round(time.Millisecond), outcomes)
}

// reader starts the reader in JavaScript.
func reader(t *testing.T) (io.Writer, *bufio.Reader) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("..", "reader", "judge.mjs"))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("couldn't start the reader; install Debian's package nodejs: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait() // its answers were read
	})
	return in, bufio.NewReader(out)
}

func send(w io.Writer, cases []forgery) error {
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	for _, f := range cases {
		if err := e.Encode([]string{base64.StdEncoding.EncodeToString(f.b), f.trust, f.nonce, f.policy}); err != nil {
			return err
		}
	}
	return b.Flush()
}
