/* SPDX-License-Identifier: EUPL-1.2 */
/* Starts an instance of ulfius, and tells a machine without room from an address that is not to be had.
 * May not judge the address or the options.
 * An instance whose start failed listens nowhere. */
#include "http/listener.h"

#include <errno.h>

/* Both libraries say only that they failed. What errno holds then is the system's word on what they tried last; these two are
 * no word on an address. */
enum status listener_start(struct _u_instance *instance, unsigned flags, struct MHD_OptionItem *options)
{
    errno = 0;
    if (ulfius_start_framework_with_mhd_options(instance, flags, options) == U_OK)
        return STATUS_OK;
    return errno == EAGAIN || errno == ENOMEM ? STATUS_NO_MEMORY : STATUS_IO;
}
