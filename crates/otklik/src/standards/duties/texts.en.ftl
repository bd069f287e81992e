# duties
