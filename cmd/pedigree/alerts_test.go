package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pedigree/internal/freeport"

	"github.com/goccy/go-yaml"
)

// fires says for each alert with which figures it fires, and with which it doesn't:
// Prometheus's notation, one value a minute for two hours.
var fires = map[string]struct{ bad, good map[string]string }{
	"PedigreeNotReady":             {map[string]string{"pedigree_up": "0x120"}, map[string]string{"pedigree_up": "1x120"}},
	"PedigreeLedgerStandsStill":    {map[string]string{"pedigree_block_age_seconds": "0+60x120"}, map[string]string{"pedigree_block_age_seconds": "60x120"}},
	"PedigreeBehind":               {map[string]string{"pedigree_catching_up": "1x120"}, map[string]string{"pedigree_catching_up": "1x20 0x100"}},
	"PedigreePeersAway":            {map[string]string{"pedigree_peers": "2x120", "pedigree_peers_configured": "3x120"}, map[string]string{"pedigree_peers": "3x120", "pedigree_peers_configured": "3x120"}},
	"PedigreeValidatorsMissing":    {map[string]string{"pedigree_validators_missing": "1x120"}, map[string]string{"pedigree_validators_missing": "0x120"}},
	"PedigreeValidatorMisbehaved":  {map[string]string{"pedigree_validators_misbehaved": "0x90 1x30"}, map[string]string{"pedigree_validators_misbehaved": "1x120"}},
	"PedigreeWitnessForked":        {map[string]string{"pedigree_witness_forked": "0x60 1x60"}, map[string]string{"pedigree_witness_forked": "0x120"}},
	"PedigreeWitnessesAway":        {map[string]string{"pedigree_witnesses_cosigned": "2x120", "pedigree_witnesses_configured": "3x120"}, map[string]string{"pedigree_witnesses_cosigned": "3x120", "pedigree_witnesses_configured": "3x120"}},
	"PedigreeConsensusSlow":        {map[string]string{"pedigree_consensus_round": "3x120"}, map[string]string{"pedigree_consensus_round": "1x120"}},
	"PedigreeSignerAway":           {map[string]string{"pedigree_signer_away": "1x120"}, map[string]string{"pedigree_signer_away": "0x120"}},
	"PedigreeKeyHeld":              {map[string]string{"pedigree_key_held": "1x120"}, map[string]string{"pedigree_key_held": "1x30 0x90"}},
	"PedigreeStoredChanged":        {map[string]string{"pedigree_scrub_faults": "1x120"}, map[string]string{"pedigree_scrub_faults": "0x120"}},
	"PedigreeScrubOld":             {map[string]string{"pedigree_scrub_age_seconds": "691201x120"}, map[string]string{"pedigree_scrub_age_seconds": "691200x120"}},
	"PedigreeBreakGlass":           {map[string]string{"pedigree_break_glass_age_seconds": "0+60x120"}, map[string]string{"pedigree_break_glass_age_seconds": "-1x120"}},
	"PedigreePrivateStoreFailed":   {map[string]string{"pedigree_vault_failed": "0x120", "pedigree_vault_readable": "0x120"}, map[string]string{"pedigree_vault_failed": "0x120", "pedigree_vault_readable": "1x120"}},
	"PedigreeWritesFail":           {map[string]string{"pedigree_vault_write_failures_total": "0+3x120"}, map[string]string{"pedigree_vault_write_failures_total": "0+1x120"}},
	"PedigreeWorkFails":            {map[string]string{"pedigree_desk_failing": "1x120"}, map[string]string{"pedigree_desk_failing": "0x120"}},
	"PedigreeOutboxWaits":          {map[string]string{"pedigree_outbox_waiting": "7x120"}, map[string]string{"pedigree_outbox_waiting": "0x120"}},
	"PedigreePendingFull":          {map[string]string{"pedigree_envelopes_pending": "45000x120"}, map[string]string{"pedigree_envelopes_pending": "40000x120"}},
	"PedigreeDiskFull":             {map[string]string{"pedigree_disk_free_bytes": "9x120", "pedigree_disk_bytes": "100x120"}, map[string]string{"pedigree_disk_free_bytes": "10x120", "pedigree_disk_bytes": "100x120"}},
	"PedigreeBackupOld":            {map[string]string{"pedigree_backup_age_seconds": "-1x120"}, map[string]string{"pedigree_backup_age_seconds": "86400x120"}},
	"PedigreePrekeysLow":           {map[string]string{"pedigree_prekeys_least": "49x120"}, map[string]string{"pedigree_prekeys_least": "-1x120"}},
	"PedigreeDeadLetters":          {map[string]string{`pedigree_exchange_out{state="dead"}`: "1x120"}, map[string]string{`pedigree_exchange_out{state="dead"}`: "0x120", `pedigree_exchange_out{state="dropped"}`: "3x120"}},
	"PedigreeDeliveriesWait":       {map[string]string{"pedigree_exchange_oldest_out_seconds": "86401x120"}, map[string]string{"pedigree_exchange_oldest_out_seconds": "86400x120"}},
	"PedigreeInboxWaits":           {map[string]string{"pedigree_exchange_oldest_in_seconds": "172801x120"}, map[string]string{"pedigree_exchange_oldest_in_seconds": "172800x120"}},
	"PedigreeInboxStuck":           {map[string]string{`pedigree_exchange_in{state="stuck"}`: "1x120"}, map[string]string{`pedigree_exchange_in{state="stuck"}`: "0x120", `pedigree_exchange_in{state="waiting"}`: "9x120"}},
	"PedigreeInletFails":           {map[string]string{"pedigree_ways_inlets_failing": "1x120"}, map[string]string{"pedigree_ways_inlets_failing": "0x120"}},
	"PedigreeInletLate":            {map[string]string{"pedigree_ways_late_seconds": "3601x120"}, map[string]string{"pedigree_ways_late_seconds": "3600x120"}},
	"PedigreeFilesRefused":         {map[string]string{`pedigree_ways_files{state="failed"}`: "2x60 3x60"}, map[string]string{`pedigree_ways_files{state="failed"}`: "3x120", `pedigree_ways_files{state="taken"}`: "0+1x120"}},
	"PedigreeParcelsFailed":        {map[string]string{`pedigree_ways_parcels{state="failed"}`: "1x120"}, map[string]string{`pedigree_ways_parcels{state="failed"}`: "0x120", `pedigree_ways_parcels{state="dropped"}`: "3x120"}},
	"PedigreeParcelsWait":          {map[string]string{"pedigree_ways_oldest_parcel_seconds": "86401x120"}, map[string]string{"pedigree_ways_oldest_parcel_seconds": "86400x120"}},
	"PedigreeHostedDeadLetters":    {map[string]string{"pedigree_hosted_exchange_dead": "1x120"}, map[string]string{"pedigree_hosted_exchange_dead": "0x120"}},
	"PedigreeHostedInboxStuck":     {map[string]string{"pedigree_hosted_exchange_stuck": "1x120"}, map[string]string{"pedigree_hosted_exchange_stuck": "0x120"}},
	"PedigreeHostedDeliveriesWait": {map[string]string{"pedigree_hosted_exchange_oldest_out_seconds": "86401x120"}, map[string]string{"pedigree_hosted_exchange_oldest_out_seconds": "86400x120"}},
	"PedigreeHostedInletFails":     {map[string]string{"pedigree_hosted_ways_inlets_failing": "1x120"}, map[string]string{"pedigree_hosted_ways_inlets_failing": "0x120"}},
	"PedigreeHostedFilesRefused":   {map[string]string{"pedigree_hosted_ways_files_failed": "2x60 3x60"}, map[string]string{"pedigree_hosted_ways_files_failed": "3x120"}},
	"PedigreeHostedParcelsFailed":  {map[string]string{"pedigree_hosted_ways_parcels_failed": "1x120"}, map[string]string{"pedigree_hosted_ways_parcels_failed": "0x120"}},
	"PedigreeHostedParcelsWait":    {map[string]string{"pedigree_hosted_ways_oldest_parcel_seconds": "86401x120"}, map[string]string{"pedigree_hosted_ways_oldest_parcel_seconds": "86400x120"}},
	"PedigreeStrangersKnock":       {map[string]string{"pedigree_exchange_strangers_total": "0+8x120"}, map[string]string{"pedigree_exchange_strangers_total": "0+6x120"}},
	"PedigreeMailboxWrong":         {map[string]string{"pedigree_exchange_mailbox": "0x120"}, map[string]string{"pedigree_exchange_mailbox": "-1x120"}},
	"PedigreeSealKeyOld":           {map[string]string{"pedigree_exchange_seal_key_age_seconds": "10368001x120"}, map[string]string{"pedigree_exchange_seal_key_age_seconds": "10368000x120"}},
	"PedigreeRequestsFail":         {map[string]string{`pedigree_http_failures_total`: "0+2x120"}, map[string]string{"pedigree_http_failures_total": "0+1x120"}},
}

// instance is the label with which Prometheus tells nodes apart.
const instance = "10.0.0.5:9480"

// promtool runs Prometheus's own checker, as an operator's Prometheus would read the
// rules.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("promtool"); err != nil {
		t.Fatal("promtool is not on this machine: run make setup, or install Debian's package prometheus")
	}
	if out, err := exec.Command("promtool", args...).CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func readAlerts(t *testing.T) (string, alertFile) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "docs", "operate", "alerts.yml"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file alertFile
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return path, file
}

// TestEveryAlertFiresWhenItShouldAndOnlyThen gives Prometheus each rule's figures.
func TestEveryAlertFiresWhenItShouldAndOnlyThen(t *testing.T) {
	path, file := readAlerts(t)
	var tests []any
	named := map[string]bool{}
	for _, g := range file.Groups {
		for _, rule := range g.Rules {
			named[rule.Alert] = true
			c, ok := fires[rule.Alert]
			if !ok {
				t.Errorf("nothing says when %s fires", rule.Alert)
				continue
			}
			labels := map[string]string{"instance": instance, "severity": rule.Labels["severity"]}
			fired := []any{map[string]any{"exp_labels": labels, "exp_annotations": rule.Annotations}}
			tests = append(tests, alertTest(rule.Alert, c.bad, fired), alertTest(rule.Alert, c.good, []any{}))
		}
	}
	for alert := range fires {
		if !named[alert] {
			t.Errorf("there is no alert %s", alert)
		}
	}
	raw, err := json.Marshal(map[string]any{"rule_files": []string{path}, "evaluation_interval": "1m", "tests": tests}) // YAML too
	if err != nil {
		t.Fatal(err)
	}
	cases := filepath.Join(t.TempDir(), "cases.yml")
	if err := os.WriteFile(cases, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", path)
	promtool(t, "test", "rules", cases)
}

func alertTest(alert string, figures map[string]string, want []any) any {
	var series []any
	for name, values := range figures {
		name, labels, _ := strings.Cut(strings.TrimSuffix(name, "}"), "{")
		series = append(series, map[string]string{"series": name + `{instance="` + instance + `",` + labels + `}`, "values": values})
	}
	return map[string]any{
		"interval": "1m", "input_series": series,
		"alert_rule_test": []any{map[string]any{"eval_time": "100m", "alertname": alert, "exp_alerts": want}},
	}
}

// board is what the test reads of a Grafana dashboard.
type board struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

// TestTheDashboardAsksForWhatANodeGives loads the dashboard, has Prometheus parse its
// queries, and looks each metric and label up in those that the program names.
func TestTheDashboardAsksForWhatANodeGives(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "deploy", "grafana", "pedigree.json"))
	if err != nil {
		t.Fatal(err)
	}
	var b board
	if err := json.Unmarshal(raw, &b); err != nil {
		t.Fatal(err)
	}
	given := givenMetrics(t)
	var rules []any
	for _, p := range b.Panels {
		if p.Title == "" || len(p.Targets) == 0 {
			t.Errorf("panel %q asks for nothing", p.Title)
		}
		for _, target := range p.Targets {
			rules = append(rules, map[string]string{"record": "panel", "expr": target.Expr})
			for _, name := range metricName.FindAllString(target.Expr, -1) {
				label, ok := given[name]
				if !ok {
					t.Errorf("panel %q asks for %s, which no node gives", p.Title, name)
				}
				if _, by, grouped := strings.Cut(target.Expr, "by ("); grouped && !strings.HasPrefix(by, label+")") {
					t.Errorf("panel %q groups %s by %.20q, its label is %q", p.Title, name, by, label)
				}
			}
		}
	}
	if len(rules) < 10 {
		t.Errorf("the dashboard has %d queries only", len(rules))
	}
	// Two rules of one name and labels are one; names of their own keep each query.
	for i := range rules {
		rules[i].(map[string]string)["record"] = "panel:" + strings.Repeat("x", i+1)
	}
	raw, err = json.Marshal(map[string]any{"groups": []any{map[string]any{"name": "panels", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "panels.yml")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", path)
}

// givenMetrics are the metrics of a running node, each with its label.
func givenMetrics(t *testing.T) map[string]string {
	t.Helper()
	d := drill{T: t, dir: t.TempDir()}
	d.home = filepath.Join(d.dir, "node")
	address, err := freeport.Address()
	if err != nil {
		t.Fatal(err)
	}
	d.verb("init", "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991", "--alone", "--listen", address)
	defer d.up()()
	token, err := home{d.home}.accessToken()
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{}
	lines, _ := scraped(t, address, token)
	for _, line := range lines {
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			given[strings.Fields(name)[0]] = ""
		}
		if name, rest, ok := strings.Cut(line, "{"); ok && !strings.HasPrefix(name, "#") {
			given[name], _, _ = strings.Cut(rest, "=")
		}
	}
	for name, label := range map[string]string{"pedigree_submits_total": "code", "pedigree_entries_total": "code", "pedigree_captures": "stage"} {
		if given[name] == "" { // a node that did nothing has no samples of these
			given[name] = label
		}
	}
	return given
}
