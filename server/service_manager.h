/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * service_manager.h: what a service manager is told of the daemon's life (sd_notify(3)), when there is one.
 */
#ifndef TRYGG_SERVICE_MANAGER_H
#define TRYGG_SERVICE_MANAGER_H

/* One datagram to $NOTIFY_SOCKET, such as "READY=1"; nothing where that is not set. Never waits, and a manager that does not take it
 * is no fault: it has its own time-out. */
void service_manager_tell(const char *state);

#endif
