// Command reader lists the pods of its namespace again and again with its in-cluster configuration.
// It prints a line for each request, START_MS END_MS STATUS, where status 0 stands for no answer.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

const (
	namespaceFile  = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"
	pause          = 200 * time.Millisecond
	requestTimeout = 10 * time.Second
)

func main() {
	namespace, err := os.ReadFile(namespaceFile)
	if err != nil {
		fail(err)
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		fail(err)
	}
	config.Timeout = requestTimeout
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		fail(err)
	}
	pods := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"})
	for {
		startedAt := time.Now().UnixMilli()
		_, err := pods.Namespace(string(namespace)).List(context.Background(), metav1.ListOptions{})
		fmt.Println(startedAt, time.Now().UnixMilli(), statusOf(err))
		time.Sleep(pause)
	}
}

func statusOf(err error) int32 {
	if err == nil {
		return 200
	}
	var answered apierrors.APIStatus
	if errors.As(err, &answered) {
		return answered.Status().Code
	}
	fmt.Fprintln(os.Stderr, err)
	return 0
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
