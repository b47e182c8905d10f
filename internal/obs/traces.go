package obs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// Limits of what waits to be sent to a collector. What is too much is dropped: a
// collector that is away costs memory for so many spans and nothing else.
const (
	spansWaitingMax  = 2048
	spansAtOnceMax   = 512
	spanAttributeMax = 16
	sendWait         = 10 * time.Second
)

// EndpointVariable names the collector in the environment, where the configuration
// names none.
const EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT"

// SendTraces sends spans to a collector by OTLP over HTTP, from now on and until stop
// is called. endpoint is its address, such as http://127.0.0.1:4318. It is for main:
// a process has one place for its traces.
func SendTraces(ctx context.Context, endpoint, version string, log *slog.Logger) (stop func(context.Context) error, err error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("couldn't use %q for traces: give http://HOST:PORT or https://HOST:PORT of an OTLP collector", endpoint)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(u.String()), otlptracehttp.WithTimeout(sendWait))
	if err != nil {
		return nil, fmt.Errorf("couldn't set traces up: %w", err)
	}
	limits := sdk.NewSpanLimits()
	limits.AttributeCountLimit = spanAttributeMax
	provider := sdk.NewTracerProvider(
		sdk.WithBatcher(exporter, sdk.WithMaxQueueSize(spansWaitingMax), sdk.WithMaxExportBatchSize(spansAtOnceMax)),
		sdk.WithRawSpanLimits(limits),
		// The machine's name and the process's arguments, which others tell, are left out.
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "pedigree"), attribute.String("service.version", version))),
	)
	before := otel.GetTracerProvider()
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("couldn't send traces", KeyError, err) }))
	otel.SetTracerProvider(provider)
	return func(ctx context.Context) error {
		otel.SetTracerProvider(before)
		if err := provider.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("couldn't send the last traces: %w", err)
		}
		return nil
	}, nil
}
