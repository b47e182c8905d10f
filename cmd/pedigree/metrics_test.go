package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pedigree/internal/freeport"

	"github.com/goccy/go-yaml"
)

// alertFile is what Prometheus reads.
type alertFile struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert       string
			Expr        string
			For         string
			Labels      map[string]string
			Annotations map[string]string
		}
	}
}

// metricName finds the metrics in an expression.
var metricName = regexp.MustCompile(`pedigree_[a-z_]+`)

// TestEveryAlertIsAboutAMetricThatANodeGives starts a node and reads what it gives,
// with the token and at the address for monitoring.
func TestEveryAlertIsAboutAMetricThatANodeGives(t *testing.T) {
	d := drill{T: t, dir: t.TempDir()}
	d.home = filepath.Join(d.dir, "node")
	addresses := make([]string, 3)
	for i := range addresses {
		var err error
		if addresses[i], err = freeport.Address(); err != nil {
			t.Fatal(err)
		}
	}
	d.verb("init", "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991", "--alone", "--p2p", addresses[0], "--listen", addresses[1])
	config := home{d.home}.config()
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, append(text, "metrics:\n  listen: "+addresses[2]+"\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	defer d.up()()
	token, err := home{d.home}.accessToken()
	if err != nil {
		t.Fatal(err)
	}
	_, refused := scrape(t, addresses[1], "")
	if refused != http.StatusUnauthorized {
		t.Errorf("without the token the interface answers %d", refused)
	}
	given, _ := scrape(t, addresses[1], token)
	if again, status := scrape(t, addresses[2], ""); status != http.StatusOK || len(again) != len(given) {
		t.Errorf("the address for monitoring answers %d with %d metrics, the interface %d", status, len(again), len(given))
	}
	if given["pedigree_up"] != "1" || given["pedigree_height"] == "0" || given["pedigree_backup_age_seconds"] != "-1" {
		t.Errorf("the node says %v", given)
	}
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "operate", "alerts.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var file alertFile
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, g := range file.Groups {
		for _, rule := range g.Rules {
			rules++
			names := metricName.FindAllString(rule.Expr, -1)
			if len(names) == 0 || rule.Alert == "" || rule.Annotations["summary"] == "" || rule.Labels["severity"] == "" {
				t.Errorf("alert %q is not complete: %+v", rule.Alert, rule)
			}
			for _, name := range names {
				if _, ok := given[name]; !ok {
					t.Errorf("alert %s asks for %s, which no node gives", rule.Alert, name)
				}
			}
		}
	}
	if rules == 0 {
		t.Error("there are no alerts")
	}
}

// scrape reads metrics, the last value of each name, and the answer's status.
func scrape(t *testing.T, address, token string) (map[string]string, int) {
	t.Helper()
	lines, status := scraped(t, address, token)
	given := map[string]string{}
	for _, line := range lines {
		if m := regexp.MustCompile(`^([a-z_]+)(?:\{[a-z]+="[^"]*"\})? (\S+)$`).FindStringSubmatch(line); m != nil {
			given[m[1]] = m[2]
		} else if status == http.StatusOK && !strings.HasPrefix(line, "# ") {
			t.Errorf("a line of the metrics is %q", line)
		}
	}
	return given, status
}

// scraped reads the lines of the metrics.
func scraped(t *testing.T, address, token string) ([]string, int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(body), "\n"), "\n"), res.StatusCode
}
