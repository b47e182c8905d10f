package verify_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"pedigree/web/verify"
)

func fakeVerifier() fstest.MapFS {
	return fstest.MapFS{verify.WasmFile: {Data: []byte("a verifier")}, verify.ExecFile: {Data: []byte("globalThis.Go = class {}")}}
}

func TestAPageHoldsWhatItIsGivenAndNothingFromOutside(t *testing.T) {
	page, err := verify.PageFrom(fakeVerifier(), verify.Given{Object: []byte("</script><b>"), Trust: []byte("{}"), Name: "<i>"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a verifier", "</script><b>", "{}", "<i>"} {
		if !bytes.Contains(page, []byte(">"+base64.StdEncoding.EncodeToString([]byte(want))+"<")) {
			t.Errorf("%q is not in the page", want)
		}
	}
	if bytes.Contains(page, []byte("<i>")) || bytes.Contains(page, []byte("{{")) {
		t.Error("something was put into the page as it is")
	}
	outside := regexp.MustCompile(`(?i)(src|href|action|url|import)\s*[=(]|https?:|@import`)
	if found := outside.Find(page); found != nil {
		t.Errorf("the page reaches outside: %q", found)
	}
}

func TestOnlyThePagesOwnScriptMayRun(t *testing.T) {
	page, err := verify.PageFrom(fakeVerifier(), verify.Given{})
	if err != nil {
		t.Fatal(err)
	}
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindSubmatch(page)
	if policy == nil {
		t.Fatal("the page has no policy")
	}
	for _, rule := range strings.Split(string(policy[1]), "; ") {
		if strings.Contains(rule, "unsafe-inline") || strings.Contains(rule, "'unsafe-eval'") || strings.Contains(rule, "*") {
			t.Errorf("the policy lets too much in: %s", rule)
		}
	}
	if !strings.HasPrefix(string(policy[1]), "default-src 'none'") {
		t.Errorf("the policy does not begin with nothing: %s", policy[1])
	}
}

func TestAPageNeedsAVerifier(t *testing.T) {
	if _, err := verify.PageFrom(fstest.MapFS{}, verify.Given{}); err == nil {
		t.Error("a page was written without a verifier")
	}
	if _, err := verify.Page(verify.Given{}); errors.Is(err, verify.ErrNotBuilt) == verify.Ready() {
		t.Errorf("ready: %v, got %v", verify.Ready(), err)
	}
	early := fakeVerifier()
	early[verify.ExecFile] = &fstest.MapFile{Data: []byte("'</SCRIPT>'")}
	if _, err := verify.PageFrom(early, verify.Given{}); err == nil {
		t.Error("a script that ends early was taken")
	}
}
